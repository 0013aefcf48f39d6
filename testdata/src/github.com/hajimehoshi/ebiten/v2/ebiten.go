// Package ebiten is a stub for tests: types and signatures only.
package ebiten

type Image struct{}

func NewImage(int, int) *Image { return nil }

type GeoM struct{}

type DrawImageOptions struct{ GeoM GeoM }

func (*Image) DrawImage(*Image, *DrawImageOptions) {}

type FinalScreen interface {
	DrawImage(*Image, *DrawImageOptions)
}

type Game interface {
	Update() error
	Draw(*Image)
	Layout(int, int) (int, int)
}

type LayoutFer interface {
	LayoutF(float64, float64) (float64, float64)
}

type FinalScreenDrawer interface {
	DrawFinalScreen(FinalScreen, *Image, GeoM)
}

type RunGameOptions struct{}

func RunGame(Game) error                             { return nil }
func RunGameWithOptions(Game, *RunGameOptions) error { return nil }
func SetWindowTitle(string)                          {}
