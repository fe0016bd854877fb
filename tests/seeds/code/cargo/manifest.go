// Package cargo loads containers onto a coastal freighter: weights, stability, dangerous goods and the customs list.
package cargo

import (
	"errors"
	"fmt"
	"sort"
)

// Errors a caller may want to tell apart with errors.Is.
var (
	ErrOverweight  = errors.New("overweight")
	ErrNoSlot      = errors.New("no such slot")
	ErrOccupied    = errors.New("slot is occupied")
	ErrUnknown     = errors.New("unknown container")
	ErrSegregation = errors.New("dangerous goods too close")
)

// Container is one box with its contents. Weights are in kilograms.
type Container struct {
	Number   string // owner code and serial number, such as "HELU4312076"
	Gross    int
	Value    int    // declared value in euros
	Hazard   int    // UN hazard class 1 to 9, 0 for ordinary goods
	Port     string // where it leaves the ship
	Powered  bool   // refrigerated, needs a socket
	Contents string
}

// Slot is a place on deck: bay from bow to stern, row from port to starboard, tier from the deck up, all from 0.
type Slot struct {
	Bay, Row, Tier int
}

// Ship is a freighter and what stands on it. Make one with NewShip.
type Ship struct {
	Name             string
	bays, rows, high int
	maxGross         int
	sockets          map[int]bool // bays that have power
	stowed           map[Slot]Container
	where            map[string]Slot
}

// NewShip returns an empty ship. poweredBays lists the bays with sockets for refrigerated containers.
func NewShip(name string, bays, rows, high, maxGross int, poweredBays ...int) *Ship {
	sockets := make(map[int]bool)
	for _, bay := range poweredBays {
		sockets[bay] = true
	}
	return &Ship{name, bays, rows, high, maxGross, sockets, make(map[Slot]Container), make(map[string]Slot)}
}

// Load puts a container into a slot. It must stand on the deck or on a heavier container, within the weight the ship
// may carry, next to a socket if it needs one, and two bays away from other dangerous goods of another class.
func (s *Ship) Load(c Container, at Slot) error {
	if at.Bay < 0 || at.Bay >= s.bays || at.Row < 0 || at.Row >= s.rows || at.Tier < 0 || at.Tier >= s.high {
		return fmt.Errorf("%w: %+v", ErrNoSlot, at)
	}
	if other, ok := s.stowed[at]; ok {
		return fmt.Errorf("%w: %s stands there", ErrOccupied, other.Number)
	}
	if old, ok := s.where[c.Number]; ok {
		return fmt.Errorf("%s is already on board at %+v", c.Number, old)
	}
	if s.Gross()+c.Gross > s.maxGross {
		return fmt.Errorf("%w: %d kg are left", ErrOverweight, s.maxGross-s.Gross())
	}
	if at.Tier > 0 {
		below, ok := s.stowed[Slot{at.Bay, at.Row, at.Tier - 1}]
		if !ok {
			return fmt.Errorf("nothing stands below %+v", at)
		}
		if below.Gross < c.Gross {
			return fmt.Errorf("%s is lighter than %s, which would stand on it", below.Number, c.Number)
		}
	}
	if c.Powered && !s.sockets[at.Bay] {
		return fmt.Errorf("bay %d has no socket for %s", at.Bay, c.Number)
	}
	if near := s.tooClose(c, at); near != "" {
		return fmt.Errorf("%w: %s stands less than two bays away", ErrSegregation, near)
	}
	s.stowed[at] = c
	s.where[c.Number] = at
	return nil
}

// Unload takes a container off the ship. Nothing may stand on it.
func (s *Ship) Unload(number string) (Container, error) {
	at, ok := s.where[number]
	if !ok {
		return Container{}, fmt.Errorf("%w: %s", ErrUnknown, number)
	}
	if above, ok := s.stowed[Slot{at.Bay, at.Row, at.Tier + 1}]; ok {
		return Container{}, fmt.Errorf("%s stands on %s", above.Number, number)
	}
	c := s.stowed[at]
	delete(s.stowed, at)
	delete(s.where, number)
	return c, nil
}

// Find returns where a container stands.
func (s *Ship) Find(number string) (Slot, error) {
	at, ok := s.where[number]
	if !ok {
		return Slot{}, fmt.Errorf("%w: %s", ErrUnknown, number)
	}
	return at, nil
}

// Gross returns the weight of everything on board, in kilograms.
func (s *Ship) Gross() int {
	total := 0
	for _, c := range s.stowed {
		total += c.Gross
	}
	return total
}

// Lean returns how unevenly the ship is loaded from side to side: the weight on starboard less that on port, as a
// share of the whole, from -1 to 1. A row in the middle counts for neither side. An empty ship does not lean.
func (s *Ship) Lean() float64 {
	port, starboard := 0, 0
	for at, c := range s.stowed {
		switch {
		case 2*at.Row < s.rows-1:
			port += c.Gross
		case 2*at.Row > s.rows-1:
			starboard += c.Gross
		}
	}
	if s.Gross() == 0 {
		return 0
	}
	return float64(starboard-port) / float64(s.Gross())
}

// Manifest lists the containers for one port, or for all if port is empty, by their number.
func (s *Ship) Manifest(port string) []Container {
	var list []Container
	for _, c := range s.stowed {
		if port == "" || c.Port == port {
			list = append(list, c)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Number < list[j].Number })
	return list
}

func (s *Ship) tooClose(c Container, at Slot) string {
	for _, other := range s.Manifest("") {
		distance := s.where[other.Number].Bay - at.Bay
		if c.Hazard != 0 && other.Hazard != 0 && other.Hazard != c.Hazard && -2 < distance && distance < 2 {
			return other.Number
		}
	}
	return ""
}
