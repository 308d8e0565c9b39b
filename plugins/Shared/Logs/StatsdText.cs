using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>The words of StatsD.</summary>
static class StatsdText
{
    /// <summary>What stands for a type of metric in a line.</summary>
    public static string Type(string name) => name switch
    {
        "gauge" => "g",
        "counter" => "c",
        "timer" => "ms",
        "histogram" => "h",
        "meter" => "m",
        "set" => "s",
        _ => "d",
    };

    /// <summary>The names of figures in lines; <c>null</c> for a metric that is none.</summary>
    public static string? Figure(string metric) => metric switch
    {
        "request_size" => "request.size",
        "response_size" => "response.size",
        "latency" => "latency",
        "upstream_latency" => "upstream_latency",
        "kong_latency" => "kong_latency",
        "request_count" => "request.count",
        _ => null,
    };

    /// <summary>The sampling rate in a line; it is only told, nothing is sampled.</summary>
    public static string Rate(double? rate) => rate is { } part and not 1 ? $"|@{Value.ToText(part)}" : "";

    /// <summary>A name in which the dots are no separators.</summary>
    public static string Flat(string name) => name.Replace('.', '_');
}
