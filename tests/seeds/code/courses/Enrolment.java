package courses;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Enrolment in the evening courses of an adult education centre: places, requirements, waiting lists and grades.
 */
public final class Enrolment {

    /** Grades run from 1.0 (best) to 5.0; up to this one a course counts as passed. */
    public static final double WORST_PASSING_GRADE = 4.0;

    /** Courses a learner may attend at the same time. */
    public static final int MAX_COURSES = 3;

    /** A course, with the courses one must have passed to attend it. */
    public record Course(String code, String title, int places, int credits, Set<String> requires) {}

    /** What became of a request: enrolled, or waiting at a position from 1. */
    public record Outcome(boolean enrolled, int position) {}

    /** A request that the rules of the centre do not allow. */
    public static final class EnrolmentException extends RuntimeException {
        public EnrolmentException(String message) {
            super(message);
        }
    }

    private final Map<String, Course> courses = new LinkedHashMap<>();
    private final Map<String, Set<String>> enrolled = new LinkedHashMap<>();
    private final Map<String, Deque<String>> waiting = new LinkedHashMap<>();
    private final Map<String, Map<String, Double>> grades = new LinkedHashMap<>();

    /** Offers a course. All courses it requires must have been offered before. */
    public void offer(Course course) {
        if (course.places() < 1 || course.credits() < 0) {
            throw new EnrolmentException("A course needs at least one place and no negative credits.");
        }
        for (String code : course.requires()) {
            find(code);
        }
        if (courses.putIfAbsent(course.code(), course) != null) {
            throw new EnrolmentException("Course " + course.code() + " is already on offer.");
        }
        enrolled.put(course.code(), new LinkedHashSet<>());
        waiting.put(course.code(), new ArrayDeque<>());
    }

    /** Enrols a learner, or puts the learner on the waiting list when the course is full. */
    public Outcome enrol(String learner, String code) {
        Course course = find(code);
        if (enrolled.get(code).contains(learner) || waiting.get(code).contains(learner)) {
            throw new EnrolmentException(learner + " has already asked for " + code + ".");
        }
        for (String required : course.requires()) {
            if (!hasPassed(learner, required)) {
                throw new EnrolmentException(learner + " must pass " + required + " before " + code + ".");
            }
        }
        if (coursesOf(learner).size() >= MAX_COURSES) {
            throw new EnrolmentException(learner + " already attends " + MAX_COURSES + " courses.");
        }
        if (enrolled.get(code).size() < course.places()) {
            enrolled.get(code).add(learner);
            return new Outcome(true, 0);
        }
        waiting.get(code).addLast(learner);
        return new Outcome(false, waiting.get(code).size());
    }

    /**
     * Takes a learner off a course or its waiting list.
     *
     * @return the learner who moved up from the waiting list, if a place became free and somebody could take it
     */
    public Optional<String> withdraw(String learner, String code) {
        find(code);
        if (waiting.get(code).remove(learner)) {
            return Optional.empty();
        }
        if (!enrolled.get(code).remove(learner)) {
            throw new EnrolmentException(learner + " is not in " + code + ".");
        }
        return moveUp(code);
    }

    /** Records the final grade of a learner, which ends the course for that learner; the last grade counts. */
    public void grade(String learner, String code, double grade) {
        find(code);
        if (grade < 1.0 || grade > 5.0) {
            throw new EnrolmentException("Grades run from 1.0 to 5.0.");
        }
        if (!enrolled.get(code).remove(learner)) {
            throw new EnrolmentException(learner + " is not in " + code + ".");
        }
        grades.computeIfAbsent(learner, name -> new LinkedHashMap<>()).put(code, grade);
    }

    /** Tells whether a learner has passed a course. */
    public boolean hasPassed(String learner, String code) {
        Double grade = grades.getOrDefault(learner, Map.of()).get(code);
        return grade != null && grade <= WORST_PASSING_GRADE;
    }

    /** Returns the codes of the courses a learner attends now, in the order they were offered. */
    public List<String> coursesOf(String learner) {
        List<String> codes = new ArrayList<>();
        enrolled.forEach((code, learners) -> {
            if (learners.contains(learner)) {
                codes.add(code);
            }
        });
        return codes;
    }

    /** Returns the credits of all courses a learner has passed. */
    public int credits(String learner) {
        return courses.values().stream().filter(c -> hasPassed(learner, c.code())).mapToInt(Course::credits).sum();
    }

    /** Returns the average grade of the passed courses weighted by credits, or nothing before the first credit. */
    public Optional<Double> average(String learner) {
        double sum = 0;
        for (Course course : courses.values()) {
            if (hasPassed(learner, course.code())) {
                sum += grades.get(learner).get(course.code()) * course.credits();
            }
        }
        return credits(learner) == 0 ? Optional.empty() : Optional.of(sum / credits(learner));
    }

    private Optional<String> moveUp(String code) {
        while (!waiting.get(code).isEmpty()) {
            String next = waiting.get(code).removeFirst();
            if (coursesOf(next).size() < MAX_COURSES) {
                enrolled.get(code).add(next);
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    private Course find(String code) {
        Course course = courses.get(code);
        if (course == null) {
            throw new EnrolmentException("There is no course " + code + ".");
        }
        return course;
    }
}
