package words_test

import (
	"strings"
	"testing"

	"cmpledger/internal/words"
)

func TestWords(t *testing.T) {
	many := make([]int64, 51)
	for _, tt := range []struct{ got, want string }{
		{words.Points(100), "1 point"},
		{words.Points(150), "1.5 points"},
		{words.Points(0), "0 points"},
		{words.Count(1, "credit"), "1 credit"},
		{words.Count(0, "credit"), "0 credits"},
		{words.List("or", nil), ""},
		{words.List("or", []string{"a"}), "a"},
		{words.List("or", []string{"a", "b", "c"}), "a, b or c"},
		{words.Numbers([]int64{1, 2}, " "), "1 2"},
		{words.Numbers(many, ","), strings.Repeat("0,", 50) + "..."},
		{words.Upper("étalé is"), "Étalé is"},
		{words.Upper(""), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
