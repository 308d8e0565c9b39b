using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Prometheus;

/// <summary>
/// A page in Prometheus' text format: metrics in the order of their names, the samples of each in the order of their labels.
/// </summary>
sealed class MetricsPage
{
    readonly SortedDictionary<string, Metric> metrics = new(StringComparer.Ordinal);

    /// <summary>Adds a sample of a metric that goes up and down.</summary>
    /// <param name="name">The metric's name, without the prefix.</param>
    /// <param name="help">What it is.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">Names and values.</param>
    public void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Of(name, help, "gauge").Samples.Add(("", LabelText.Of(labels), Value.ToText(value)));

    /// <summary>Adds a sample of a metric that only grows.</summary>
    /// <param name="name">The metric's name, without the prefix.</param>
    /// <param name="help">What it is.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">Names and values.</param>
    public void Counter(string name, string help, long value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Of(name, help, "counter").Samples.Add(("", LabelText.Of(labels), Value.ToText(value)));

    /// <summary>Adds a distribution; of one that never saw a value, nothing.</summary>
    /// <param name="name">The metric's name, without the prefix.</param>
    /// <param name="help">What it is.</param>
    /// <param name="histogram">The distribution.</param>
    /// <param name="labels">Names and values.</param>
    public void Histogram(string name, string help, Histogram histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var (buckets, count, sum) = histogram.Read();
        if (count == 0)
            return;

        var metric = Of(name, help, "histogram");
        var text = LabelText.Of(labels);
        foreach (var (limit, cumulated) in buckets)
            metric.Buckets.Add((text, $"{text[..^1]},le=\"{limit}\"}}", Value.ToText(cumulated)));

        metric.Samples.Add(("_count", text, Value.ToText(count)));
        metric.Samples.Add(("_sum", text, Value.ToText(sum)));
    }

    public override string ToString()
    {
        var page = new StringBuilder();
        foreach (var (name, metric) in metrics)
        {
            page.Append($"# HELP kong_{name} {metric.Help}\n# TYPE kong_{name} {metric.Type}\n");
            foreach (var (_, labels, value) in metric.Buckets.OrderBy(static bucket => bucket.Series, StringComparer.Ordinal))
                page.Append($"kong_{name}_bucket{labels} {value}\n");

            foreach (var (suffix, labels, value) in metric.Samples
                .OrderBy(static sample => sample.Suffix, StringComparer.Ordinal)
                .ThenBy(static sample => sample.Labels, StringComparer.Ordinal))
                page.Append($"kong_{name}{suffix}{labels} {value}\n");
        }

        return page.ToString();
    }

    Metric Of(string name, string help, string type)
    {
        if (!metrics.TryGetValue(name, out var metric))
            metrics[name] = metric = new Metric(help, type);

        return metric;
    }

    sealed record Metric(string Help, string Type)
    {
        public List<(string Series, string Labels, string Value)> Buckets { get; } = [];

        public List<(string Suffix, string Labels, string Value)> Samples { get; } = [];
    }
}
