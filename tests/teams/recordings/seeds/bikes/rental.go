// Package bikes runs a bike rental with several stations: who rides which bike, what it costs, which must be moved.
package bikes

import (
	"fmt"
	"sort"
	"time"
)

// Prices in cents. The first FreeMinutes of a ride cost nothing; after that every begun half hour is charged.
const (
	FreeMinutes    = 15
	HalfHourPrice  = 120
	DayPrice       = 1500 // the most a ride can cost in 24 hours
	ElectricFactor = 2    // an electric bike costs twice as much
	Deposit        = 2000 // must be on the account to start a ride
)

// Bike is one bicycle. Station is empty while it is ridden.
type Bike struct {
	ID       string
	Electric bool
	Battery  int // percent, of no meaning for ordinary bikes
	Station  string
	Broken   bool
}

// Station is a rack with a number of docks.
type Station struct {
	Name  string
	Docks int
}

// Ride is one trip, from unlocking to locking. Cents is 0 until it ends.
type Ride struct {
	Bike, Rider, From, To string
	Start, End            time.Time
	Cents                 int
}

// Rental is the whole business. It is not safe for concurrent use.
type Rental struct {
	bikes    map[string]*Bike
	stations map[string]Station
	balance  map[string]int   // rider to cents
	riding   map[string]*Ride // rider to the ride under way
	history  []Ride
}

// NewRental returns a rental with these stations and no bikes.
func NewRental(stations ...Station) *Rental {
	r := &Rental{map[string]*Bike{}, map[string]Station{}, map[string]int{}, map[string]*Ride{}, nil}
	for _, s := range stations {
		r.stations[s.Name] = s
	}
	return r
}

// AddBike puts a new bike into a station that has a free dock. Electric bikes come fully charged.
func (r *Rental) AddBike(id string, electric bool, station string) error {
	if _, ok := r.bikes[id]; ok {
		return fmt.Errorf("there is already a bike %s", id)
	}
	if err := r.hasFreeDock(station); err != nil {
		return err
	}
	r.bikes[id] = &Bike{ID: id, Electric: electric, Battery: 100, Station: station}
	return nil
}

// TopUp adds money to a rider's account, in cents, and returns the new balance.
func (r *Rental) TopUp(rider string, cents int) (int, error) {
	if cents <= 0 {
		return r.balance[rider], fmt.Errorf("top up by more than 0 cents")
	}
	r.balance[rider] += cents
	return r.balance[rider], nil
}

// Unlock starts a ride. The rider needs the deposit on the account and may ride one bike at a time; the bike must be
// whole, at a station and, if electric, charged to 20 percent or more.
func (r *Rental) Unlock(bike, rider string, now time.Time) error {
	b, ok := r.bikes[bike]
	switch {
	case !ok:
		return fmt.Errorf("there is no bike %s", bike)
	case r.riding[rider] != nil:
		return fmt.Errorf("%s is already riding bike %s", rider, r.riding[rider].Bike)
	case b.Station == "":
		return fmt.Errorf("bike %s is on the road", bike)
	case b.Broken:
		return fmt.Errorf("bike %s waits for repair", bike)
	case b.Electric && b.Battery < 20:
		return fmt.Errorf("the battery of bike %s is at %d percent", bike, b.Battery)
	case r.balance[rider] < Deposit:
		return fmt.Errorf("%s needs %d cents on the account and has %d", rider, Deposit, r.balance[rider])
	}
	r.riding[rider] = &Ride{Bike: bike, Rider: rider, From: b.Station, Start: now}
	b.Station = ""
	return nil
}

// Lock ends a ride at a station with a free dock, takes its price from the account and returns the ride.
// An electric bike loses one percent of its battery for every two minutes.
func (r *Rental) Lock(rider, station string, now time.Time) (Ride, error) {
	ride := r.riding[rider]
	if ride == nil {
		return Ride{}, fmt.Errorf("%s is not riding", rider)
	}
	if now.Before(ride.Start) {
		return Ride{}, fmt.Errorf("a ride cannot end before it starts")
	}
	if err := r.hasFreeDock(station); err != nil {
		return Ride{}, err
	}
	b := r.bikes[ride.Bike]
	ride.To, ride.End, ride.Cents = station, now, Price(now.Sub(ride.Start), b.Electric)
	r.balance[rider] -= ride.Cents
	b.Station = station
	if b.Electric {
		b.Battery = max(0, b.Battery-int(now.Sub(ride.Start).Minutes())/2)
	}
	delete(r.riding, rider)
	r.history = append(r.history, *ride)
	return *ride, nil
}

// ReportBroken takes a bike out of service. A bike that is being ridden can be locked, but not unlocked again.
func (r *Rental) ReportBroken(bike string) error {
	if _, ok := r.bikes[bike]; !ok {
		return fmt.Errorf("there is no bike %s", bike)
	}
	r.bikes[bike].Broken = true
	return nil
}

// Available lists the bikes that can be unlocked at a station, the best charged first, then by ID.
func (r *Rental) Available(station string) []Bike {
	var list []Bike
	for _, b := range r.bikes {
		if b.Station == station && !b.Broken && (!b.Electric || b.Battery >= 20) {
			list = append(list, *b)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].Battery != list[j].Battery {
			return list[i].Battery > list[j].Battery
		}
		return list[i].ID < list[j].ID
	})
	return list
}

// Price returns what a ride of this length costs, in cents.
func Price(length time.Duration, electric bool) int {
	days := int(length / (24 * time.Hour))
	rest := int((length % (24 * time.Hour)).Minutes())
	cents := 0
	if days > 0 || rest > FreeMinutes {
		charged := rest
		if days == 0 {
			charged -= FreeMinutes
		}
		cents = days*DayPrice + min(DayPrice, (charged+29)/30*HalfHourPrice)
	}
	if electric {
		cents *= ElectricFactor
	}
	return cents
}

func (r *Rental) hasFreeDock(station string) error {
	s, ok := r.stations[station]
	if !ok {
		return fmt.Errorf("there is no station %s", station)
	}
	used := 0
	for _, b := range r.bikes {
		if b.Station == station {
			used++
		}
	}
	if used >= s.Docks {
		return fmt.Errorf("all %d docks of %s are taken", s.Docks, station)
	}
	return nil
}
