package io.sheaf.benchmark.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Panels of lines over a logarithmic axis, one below the other, as SVG. */
final class Plot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 210;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 34;
    private static final int BOTTOM = 36;
    private static final List<String> COLOURS = List.of("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b8860b");

    private Plot() {}

    /** A point of a line; both are positive. */
    record Point(double x, double y) {}

    /** A line, its points in order. */
    record Line(String name, List<Point> points) {
        Line {
            points = List.copyOf(points);
        }
    }

    /**
     * Lines that share their axes.
     *
     * @param x what the axis below is, with its unit
     * @param y what the axis on the left is, with its unit; it begins at 0 unless it is logarithmic
     */
    record Panel(String title, String x, String y, boolean logarithmic, List<Line> lines) {
        Panel {
            lines = List.copyOf(lines);
        }
    }

    static String svg(List<Panel> panels) {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT * panels.size()));
        for (int i = 0; i < panels.size(); i++) {
            svg.append(new Drawing(panels.get(i), i * HEIGHT).draw());
        }
        return svg.append("</svg>\n").toString();
    }

    /** One panel on its way to SVG. */
    private static final class Drawing {
        private final Panel panel;
        private final int top;
        private final double fromX;
        private final double toX;
        private final double fromY;
        private final double toY;
        private final StringBuilder out = new StringBuilder();

        Drawing(Panel panel, int top) {
            this.panel = panel;
            this.top = top;
            List<Point> all = panel.lines().stream()
                    .flatMap(line -> line.points().stream())
                    .toList();
            fromX = Math.floor(
                    Math.log10(all.stream().mapToDouble(Point::x).min().orElse(1)));
            toX = Math.max(
                    fromX + 1,
                    Math.ceil(
                            Math.log10(all.stream().mapToDouble(Point::x).max().orElse(10))));
            double most = all.stream().mapToDouble(Point::y).max().orElse(1);
            double least = all.stream().mapToDouble(Point::y).min().orElse(1);
            fromY = panel.logarithmic() ? Math.floor(Math.log10(least)) : 0;
            toY = panel.logarithmic() ? Math.max(fromY + 1, Math.ceil(Math.log10(most))) : round(most);
        }

        /** The next number above that people like to read. */
        private static double round(double most) {
            double unit = Math.pow(10, Math.floor(Math.log10(most)));
            return Math.ceil(most / unit) * unit;
        }

        String draw() {
            text(LEFT, top + 16, "start", "<tspan font-weight=\"bold\">" + panel.title() + "</tspan>");
            text(LEFT, top + 28, "start", panel.y());
            text(WIDTH - RIGHT, top + HEIGHT - 6, "end", panel.x());
            for (double power = fromX; power <= toX; power++) {
                double x = x(Math.pow(10, power));
                rule(x, y(fromY), x, y(toY));
                text(x, top + HEIGHT - BOTTOM + 14, "middle", number(Math.pow(10, power)));
            }
            double step = panel.logarithmic() ? 1 : toY / 4;
            for (double value = fromY; value <= toY + step / 1000; value += step) {
                rule(LEFT, y(value), WIDTH - RIGHT, y(value));
                double shown = panel.logarithmic() ? Math.pow(10, value) : value;
                text(LEFT - 6, y(value) + 4, "end", number(shown));
            }
            for (int i = 0; i < panel.lines().size(); i++) {
                line(panel.lines().get(i), COLOURS.get(i % COLOURS.size()), i);
            }
            return out.toString();
        }

        private void line(Line line, String colour, int number) {
            List<String> points = new ArrayList<>();
            for (Point point : line.points()) {
                double y = y(panel.logarithmic() ? Math.log10(point.y()) : point.y());
                points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(point.x()), y));
                add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", x(point.x()), y, colour);
            }
            add(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                    String.join(" ", points), colour);
            double label = top + TOP + 12 + 16 * number;
            add(
                    "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"3\" fill=\"%s\"/>",
                    WIDTH - RIGHT + 14, label - 5, colour);
            text(WIDTH - RIGHT + 32, label, "start", line.name());
        }

        private double x(double value) {
            return LEFT + (WIDTH - LEFT - RIGHT) * (Math.log10(value) - fromX) / (toX - fromX);
        }

        private double y(double scaled) {
            return top + HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (scaled - fromY) / (toY - fromY);
        }

        private void rule(double fromX, double fromY, double toX, double toY) {
            add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>", fromX, fromY, toX, toY);
        }

        private void text(double x, double y, String anchor, String text) {
            add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
        }

        private void add(String format, Object... values) {
            out.append(String.format(Locale.ROOT, format, values)).append('\n');
        }

        private static String number(double value) {
            if (value >= 1e9) {
                return trimmed(value / 1e9) + " G";
            } else if (value >= 1e6) {
                return trimmed(value / 1e6) + " M";
            } else if (value >= 1e3) {
                return trimmed(value / 1e3) + " k";
            }
            return trimmed(value);
        }

        private static String trimmed(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.2g", value);
        }
    }
}
