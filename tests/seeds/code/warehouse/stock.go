// Package warehouse counts what is on the shelves, sets goods aside for orders and says what to buy again.
package warehouse

import (
	"fmt"
	"sort"
	"strings"
)

// Item is one kind of goods.
type Item struct {
	SKU       string // stock keeping unit, upper case
	Name      string
	OnHand    int // pieces on the shelf
	Reserved  int // of those, set aside for orders
	ReorderAt int // buy again when fewer than this are free
	PackSize  int // bought in multiples of this
	UnitCost  int // cents
}

// Free returns how many pieces can still be promised to customers.
func (i Item) Free() int { return i.OnHand - i.Reserved }

// Shortage says that an order asks for more than is there.
type Shortage struct {
	SKU          string
	Wanted, Free int
}

func (s Shortage) Error() string {
	return fmt.Sprintf("%d of %s are wanted, %d are free", s.Wanted, s.SKU, s.Free)
}

// Stock is the inventory with its open reservations.
type Stock struct {
	items  map[string]*Item
	orders map[string]map[string]int // order to SKU to pieces
}

// NewStock returns an empty inventory.
func NewStock() *Stock {
	return &Stock{map[string]*Item{}, map[string]map[string]int{}}
}

// Register adds a kind of goods with nothing on the shelf. The SKU is stored in upper case and must be new.
func (s *Stock) Register(sku, name string, reorderAt, packSize, unitCost int) (Item, error) {
	sku = strings.ToUpper(strings.TrimSpace(sku))
	if sku == "" || packSize < 1 || reorderAt < 0 || unitCost < 0 {
		return Item{}, fmt.Errorf("an item needs a SKU, a pack size of at least 1 and no negative numbers")
	}
	if _, ok := s.items[sku]; ok {
		return Item{}, fmt.Errorf("%s is already registered", sku)
	}
	s.items[sku] = &Item{SKU: sku, Name: name, ReorderAt: reorderAt, PackSize: packSize, UnitCost: unitCost}
	return *s.items[sku], nil
}

// Receive books a delivery and returns how many pieces are on the shelf now.
func (s *Stock) Receive(sku string, pieces int) (int, error) {
	item, err := s.find(sku)
	if err != nil {
		return 0, err
	}
	if pieces < 1 {
		return item.OnHand, fmt.Errorf("a delivery has at least one piece")
	}
	item.OnHand += pieces
	return item.OnHand, nil
}

// Reserve sets goods aside for an order, all of them or none. wanted maps SKUs to pieces.
func (s *Stock) Reserve(order string, wanted map[string]int) error {
	if _, ok := s.orders[order]; ok {
		return fmt.Errorf("order %s already has a reservation", order)
	}
	needed := map[string]int{}
	for sku, pieces := range wanted {
		item, err := s.find(sku)
		if err != nil {
			return err
		}
		if pieces < 1 {
			return fmt.Errorf("order %s asks for %d of %s", order, pieces, item.SKU)
		}
		needed[item.SKU] += pieces
	}
	for sku, pieces := range needed {
		if free := s.items[sku].Free(); pieces > free {
			return Shortage{sku, pieces, free}
		}
	}
	for sku, pieces := range needed {
		s.items[sku].Reserved += pieces
	}
	s.orders[order] = needed
	return nil
}

// Ship sends an order's reserved goods out of the house and forgets the reservation.
func (s *Stock) Ship(order string) error {
	reserved, ok := s.orders[order]
	if !ok {
		return fmt.Errorf("order %s has no reservation", order)
	}
	for sku, pieces := range reserved {
		s.items[sku].OnHand -= pieces
		s.items[sku].Reserved -= pieces
	}
	delete(s.orders, order)
	return nil
}

// Cancel gives an order's reserved goods back to the shelf.
func (s *Stock) Cancel(order string) error {
	reserved, ok := s.orders[order]
	if !ok {
		return fmt.Errorf("order %s has no reservation", order)
	}
	for sku, pieces := range reserved {
		s.items[sku].Reserved -= pieces
	}
	delete(s.orders, order)
	return nil
}

// Adjust corrects the shelf after a count by hand. It must still cover what is reserved.
func (s *Stock) Adjust(sku string, counted int) error {
	item, err := s.find(sku)
	if err != nil {
		return err
	}
	if counted < item.Reserved {
		return fmt.Errorf("%d of %s are reserved; cancel an order before counting %d", item.Reserved, item.SKU, counted)
	}
	item.OnHand = counted
	return nil
}

// Reorder lists what to buy: for each item short of its reorder point, enough full packs to reach twice that point.
func (s *Stock) Reorder() map[string]int {
	buy := map[string]int{}
	for sku, item := range s.items {
		if item.Free() < item.ReorderAt {
			missing := 2*item.ReorderAt - item.Free()
			buy[sku] = (missing + item.PackSize - 1) / item.PackSize * item.PackSize
		}
	}
	return buy
}

// Value returns what all goods on the shelf cost, in cents.
func (s *Stock) Value() int {
	total := 0
	for _, item := range s.items {
		total += item.OnHand * item.UnitCost
	}
	return total
}

// Search lists the items whose SKU or name holds the text, in any case, by SKU.
func (s *Stock) Search(text string) []Item {
	var found []Item
	for _, item := range s.items {
		if strings.Contains(strings.ToLower(item.SKU+" "+item.Name), strings.ToLower(text)) {
			found = append(found, *item)
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].SKU < found[j].SKU })
	return found
}

func (s *Stock) find(sku string) (*Item, error) {
	item, ok := s.items[strings.ToUpper(strings.TrimSpace(sku))]
	if !ok {
		return nil, fmt.Errorf("there is no item %s", sku)
	}
	return item, nil
}
