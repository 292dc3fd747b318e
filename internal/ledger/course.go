package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A Course is something that a provider offers. Completing it gives a [Credit].
type Course struct {
	ID       int64         `json:"-"`                                     // short number within one ledger, never used twice
	UID      string        `json:"uid" doc:"Made of provider and title."` // by [Course.Name]
	Title    string        `json:"title"`
	Provider string        `json:"provider"`
	Points   Points        `json:"points" doc:"0 where they are not stated."`
	Topics   []CreditTopic `json:"topics"` // in the order of the catalogue, each once; none is possible
	Charge   Charge        `json:"charge" enum:",free,charged" doc:"Empty where it is not stated."`
	Price    Price         `json:"price" doc:"0 of a free course, and where it is not stated."`
	URL      string        `json:"url"`
}

// A Charge says whether a course costs money.
type Charge int

// The charges. A course can be Charged without a stated price.
const (
	ChargeNotStated Charge = iota
	Free
	Charged
)

// MarshalText returns "", "free" or "charged".
func (c Charge) MarshalText() ([]byte, error) {
	return []byte([...]string{"", "free", "charged"}[c]), nil
}

// UnmarshalText reads what [Charge.MarshalText] returns.
func (c *Charge) UnmarshalText(text []byte) error {
	n := slices.Index([]string{"", "free", "charged"}, string(text))
	if n < 0 {
		return errors.New("neither free nor charged")
	}
	*c = Charge(n)
	return nil
}

// HasPrice reports whether the price is known. A free course has the price 0.
func (c Course) HasPrice() bool { return c.Charge == Free || c.Charge == Charged && c.Price > 0 }

// Name identifies the course in every ledger: 128 bits of the SHA-256 of provider
// and title. Case, spacing and Unicode form do not matter.
func (c Course) Name() string {
	sum := sha256.Sum256([]byte(foldText(c.Provider) + "\x1f" + foldText(c.Title)))
	return hex.EncodeToString(sum[:16])
}

// foldText folds case, Unicode form and, last, spacing: NFKC can add blanks.
func foldText(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ToUpper(norm.NFKC.String(s)))), " ")
}

// Equal reports whether two courses agree in every field of a catalogue.
func (c Course) Equal(other Course) bool {
	return c.Title == other.Title && c.Provider == other.Provider && c.Points == other.Points && slices.Equal(c.Topics, other.Topics) &&
		c.Charge == other.Charge && c.Price == other.Price && c.URL == other.URL
}

// Validate returns an [InvalidError] for the first field that cannot be recorded.
func (c Course) Validate() error {
	if strings.TrimSpace(c.Title) == "" {
		return &InvalidError{"title", "must not be empty"}
	}
	if c.Points != 0 {
		if _, err := CheckPoints(int64(c.Points)); err != nil {
			return &InvalidError{"points", err.Error()}
		}
	}
	if err := c.Price.check(); err != nil {
		return &InvalidError{"price", err.Error()}
	}
	if c.Price > 0 && c.Charge != Charged {
		return &InvalidError{"price", "must be 0 where the course is not charged for"}
	}
	if err := checkTopics(c.Topics); err != nil {
		return err
	}
	return checkTexts("title", c.Title, "provider", c.Provider, "url", c.URL)
}
