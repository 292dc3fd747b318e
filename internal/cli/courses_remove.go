package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCoursesRemove() *cobra.Command {
	var all bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Take courses out of the catalogue",
		Long: `Take courses out of the catalogue, or with --all every one. Importing their file
again brings them back, and so does cmp undo.`,
		Example: `  cmp courses remove 3
  cmp courses remove 3 4 --dry-run
  cmp courses remove --all`,
		Args: func(cmd *cobra.Command, args []string) error {
			if all {
				return noArguments(cmd, args)
			}
			return courseArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.removeCourses(ctx, ids)
		}),
	})
	cmd.Flags().BoolVar(&all, "all", false, "take out every course")
	return cmd
}

// removeCourses takes out the courses of these numbers, or all without any.
func (a *app) removeCourses(ctx context.Context, ids []int64) error {
	var removed []ledger.Course
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		all, err := tx.Courses(ctx)
		if err != nil {
			return "", err
		}
		if removed, err = coursesOf(all, ids); err != nil {
			return "", err
		}
		for _, c := range removed {
			if err := tx.RemoveCourse(ctx, c.ID); err != nil {
				return "", err
			}
		}
		if len(removed) == 1 {
			return "course removed: " + courseName(removed[0]), nil
		}
		return words.Count(len(removed), "course") + " removed", nil
	})
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		a.tell("Removed %s.", words.Count(len(removed), "course"))
	default:
		for _, c := range removed {
			a.tell("Removed course %d: %s", c.ID, courseName(c))
		}
	}
	return a.reply(a.coursesAnswer(removed))
}

// coursesOf returns the courses of these numbers in their order, or all without
// any.
func coursesOf(all []ledger.Course, ids []int64) ([]ledger.Course, error) {
	if len(ids) == 0 {
		return all, nil
	}
	var some []ledger.Course
	for _, id := range ids {
		i := slices.IndexFunc(all, func(c ledger.Course) bool { return c.ID == id })
		if i < 0 {
			return nil, notFound("course %d: not in this ledger", id).try("cmp courses list shows the courses")
		}
		some = append(some, all[i])
	}
	return some, nil
}
