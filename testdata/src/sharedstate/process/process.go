// Package process changes state of the process.
package process

import (
	"log"
	"net/http"
	"os"
	"runtime"
	"syscall"
	"time"
)

func init() {
	os.Setenv("A", "b")
	http.DefaultClient.Timeout = time.Second
}

func main() {
	os.Chdir("/")
	log.SetFlags(0)
	http.HandleFunc("/cd", chdir)
	http.HandleFunc("/log", quiet)
	http.HandleFunc("/procs", procs)
	http.HandleFunc("/client", client)
	http.ListenAndServe(":0", nil)
}

func chdir(w http.ResponseWriter, r *http.Request) {
	enter(r.URL.Path)
}

func enter(dir string) {
	os.Chdir(dir) // want `os.Chdir changes cwd of the whole process \(.*\) on a goroutine that runs beside others \[sharedstate/process-global\]`
}

func quiet(w http.ResponseWriter, r *http.Request) {
	log.SetFlags(log.Lshortfile) // want `log.SetFlags changes default-logger .*suspect`
}

// procs only asks.
func procs(w http.ResponseWriter, r *http.Request) {
	if runtime.GOMAXPROCS(0) > 1 {
		w.Write([]byte("many"))
	}
}

func client(w http.ResponseWriter, r *http.Request) {
	http.DefaultClient = &http.Client{} // want `an assignment changes http.DefaultClient`
}

func background() {
	go func() {
		old := syscall.Umask(0o22) // want `syscall.Umask changes umask .*suspect`
		syscall.Umask(old)         // want `syscall.Umask changes umask .*suspect`
	}()
}

// FP_becomes: the process is replaced right away.
func FP_becomes() {
	go func() {
		os.Chdir("/")
		syscall.Exec("/bin/true", nil, nil)
	}()
}

// FP_own: a client of the package's own.
var own = &http.Client{}

func FP_own(w http.ResponseWriter, r *http.Request) {
	own = &http.Client{}
}
