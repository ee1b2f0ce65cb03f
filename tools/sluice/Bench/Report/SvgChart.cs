using System.Globalization;
using System.Net;
using System.Text;

namespace Sluice.Tool.Bench.Report;

/// <summary>Plots as SVG, without anything from elsewhere.</summary>
internal static class SvgChart
{
    private const int Width = 720;
    private const int LabelWidth = 230;
    private const int ValueWidth = 90;
    private const int BarHeight = 22;
    private const int PlotHeight = 260;
    private const int MarginLeft = 80;
    private const int MarginRight = 200;
    private const int MarginBottom = 40;
    private const int MarginTop = 12;
    /// <summary>One horizontal bar for each value.</summary>
    public static string Bars(IReadOnlyList<ChartBar> bars, string format, string unit)
    {
        double max = Math.Max(bars.Max(b => b.Value), double.Epsilon);
        int height = (bars.Count * BarHeight) + 4;
        StringBuilder svg = Begin(height);
        for (int i = 0; i < bars.Count; i++)
        {
            (string label, double value, string colour) = bars[i];
            int y = (i * BarHeight) + 2;
            double width = (Width - LabelWidth - ValueWidth) * value / max;
            Text(svg, LabelWidth - 8, y + 15, "end", label);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{LabelWidth}" y="{y}" width="{width:F1}" height="{BarHeight - 5}"
                  rx="2" fill="{colour}"/>
                """);
            string text = $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}".Trim();
            Text(svg, LabelWidth + width + 6, y + 15, "start", text);
        }

        return End(svg);
    }

    /// <summary>Lines over a logarithmic axis, from zero up.</summary>
    public static string Lines(IReadOnlyList<ChartLine> lines, string format) => Plot(
        lines,
        format,
        [.. lines.SelectMany(l => l.Points).Select(p => p.X).Distinct().Order()],
        Math.Log,
        mark: null);

    /// <summary>Lines over time, from zero up.</summary>
    /// <param name="lines">The lines, over minutes.</param>
    /// <param name="format">How values are written.</param>
    /// <param name="mark">A moment to mark.</param>
    public static string OverTime(
        IReadOnlyList<ChartLine> lines, string format, double mark)
    {
        double end = lines.SelectMany(l => l.Points).Max(p => p.X);
        return Plot(
            lines,
            format,
            [0, end / 4, end / 2, end * 3 / 4, end],
            static x => x,
            mark);
    }

    private static string Plot(
        IReadOnlyList<ChartLine> lines,
        string format,
        double[] xs,
        Func<double, double> scale,
        double? mark)
    {
        double top = Math.Max(lines.SelectMany(l => l.Points).Max(p => p.Y), double.Epsilon);
        double Y(double value) =>
            MarginTop + ((PlotHeight - MarginTop - MarginBottom) * (1 - (value / top)));
        double X(double value)
        {
            double span = scale(xs[^1]) - scale(xs[0]);
            double part = span == 0 ? 0 : (scale(value) - scale(xs[0])) / span;
            return MarginLeft + ((Width - MarginLeft - MarginRight) * part);
        }

        StringBuilder svg = Begin(PlotHeight);
        foreach (double part in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            double y = Y(top * part);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{MarginLeft}" y1="{y:F1}" x2="{Width - MarginRight}" y2="{y:F1}"
                  stroke="#8884"/>
                """);
            string label = (top * part).ToString(format, CultureInfo.InvariantCulture);
            Text(svg, MarginLeft - 8, y + 4, "end", label);
        }

        foreach (double x in xs)
        {
            string label = x.ToString(x < 10 ? "#,0.##" : "N0", CultureInfo.InvariantCulture);
            Text(svg, X(x), PlotHeight - MarginBottom + 18, "middle", label);
        }

        if (mark is { } at)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{X(at):F1}" y1="{MarginTop}" x2="{X(at):F1}"
                  y2="{PlotHeight - MarginBottom}" stroke="#888" stroke-dasharray="4 4"/>
                """);
        }

        for (int i = 0; i < lines.Count; i++)
            Line(svg, i, lines[i], X, Y);
        return End(svg);
    }

    private static void Line(
        StringBuilder svg,
        int index,
        ChartLine line,
        Func<double, double> x,
        Func<double, double> y)
    {
        string points = string.Join(' ', line.Points.Select(p => string.Create(
            CultureInfo.InvariantCulture, $"{x(p.X):F1},{y(p.Y):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"""
            <polyline points="{points}" fill="none" stroke="{line.Colour}" stroke-width="2.5"
              stroke-linejoin="round"/>
            <rect x="{Width - MarginRight + 14}" y="{MarginTop + (index * 20)}" width="12"
              height="12" fill="{line.Colour}"/>
            """);
        Text(svg, Width - MarginRight + 32, MarginTop + (index * 20) + 11, "start", line.Label);
    }

    private static StringBuilder Begin(int height) => new StringBuilder().Append(
        CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" width=\"{Width}\">");

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}">{WebUtility.HtmlEncode(text)}</text>
            """);

    private static string End(StringBuilder svg) => svg.Append("</svg>").ToString();
}
