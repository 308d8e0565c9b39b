using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Statsd;

/// <summary>Writes the lines of requests.</summary>
/// <param name="host">The gateway.</param>
/// <param name="config">What is written.</param>
/// <param name="workspace">The workspace's id.</param>
/// <param name="clock">When the shared dictionaries are due.</param>
/// <param name="lines">Where the lines go.</param>
sealed class MetricWriter(PluginHost host, StatsdConfig config, Guid workspace, DictionaryClock clock, List<string> lines)
{
    const string DefaultWorkspace = "default";

    readonly string hostname = StatsdText.Flat(host.Node.Hostname);

    /// <summary>Writes the lines of a request.</summary>
    public void Write(in Traffic traffic)
    {
        foreach (var metric in config.Metrics ?? [])
        {
            var figure = StatsdText.Figure(metric.Name);
            if (figure is not null)
                WriteFigure(traffic, metric, figure);
            else if (metric.Name == "shdict_usage")
                WriteDictionaries(metric);
            else if (config.TagStyle is null)
                WriteCount(traffic, metric);
        }
    }

    static string? Consumer(Consumer? consumer, string identifier) => identifier switch
    {
        "consumer_id" => consumer?.Id.ToString(),
        "custom_id" => consumer?.CustomId,
        _ => consumer?.Username,
    };

    static string? Service(Service? service, string identifier) => identifier switch
    {
        "service_id" => service?.Id.ToString(),
        "service_name" => service?.Name,
        "service_host" => service?.Host,
        _ => service?.Name ?? service?.Host,
    };

    void WriteFigure(in Traffic traffic, StatsdMetric metric, string figure)
    {
        var value = traffic.Figure(metric.Name);
        if (value < 0)
            return;

        var name = config.TagStyle is null ? $"{Scope(traffic, metric)}.{figure}" : figure;
        Add(name, NumberText.Of(value), StatsdText.Type(metric.StatType), metric.SampleRate, config.TagStyle is null ? null : Tags(traffic, metric));
    }

    void WriteCount(in Traffic traffic, StatsdMetric metric)
    {
        var consumer = Consumer(traffic.Consumer, metric.ConsumerIdentifier ?? config.ConsumerIdentifierDefault);
        var status = NumberText.Of(traffic.Status);
        switch (metric.Name)
        {
            case "status_count":
                Count($"{Scope(traffic, metric)}.status.{status}", metric);
                break;
            case "unique_users" when consumer is not null:
                Add($"{Scope(traffic, metric)}.user.uniques", consumer, "s", null, null);
                break;
            case "request_per_user" when consumer is not null:
                Count($"{Scope(traffic, metric)}.user.{consumer}.request.count", metric);
                break;
            case "status_count_per_user" when consumer is not null:
                Count($"{Scope(traffic, metric)}.user.{consumer}.status.{status}", metric);
                break;
            case "status_count_per_workspace":
                Count($"{Scope(traffic, metric)}.workspace.{Workspace(metric)}.status.{status}", metric);
                break;
            case "status_count_per_user_per_route" when consumer is not null && traffic.Route is { } route:
                Count($"route.{route.Id}.user.{consumer}.status.{status}", metric);
                break;
        }
    }

    void WriteDictionaries(StatsdMetric metric)
    {
        if (!clock.IsDue(host.Time))
            return;

        var place = config.HostnameInPrefix is true ? "shdict" : $"node.{hostname}.shdict";
        foreach (var (name, memory) in host.Node.GetMemoryStatistics().SharedDictionaries)
        {
            (string, string)[]? tags = config.TagStyle is null ? null : [("node", hostname), ("shdict", name)];
            var stem = tags is null ? $"{place}.{name}" : "shdict";
            Add($"{stem}.free_space", NumberText.Of(memory.CapacityBytes - memory.AllocatedBytes), "g", metric.SampleRate, tags);
            Add($"{stem}.capacity", NumberText.Of(memory.CapacityBytes), "g", metric.SampleRate, tags);
        }
    }

    string Scope(in Traffic traffic, StatsdMetric metric)
    {
        if (traffic.Service is null)
            return "global.unmatched";

        var name = Service(traffic.Service, metric.ServiceIdentifier ?? config.ServiceIdentifierDefault);
        return $"service.{(name is null ? "unnamed" : StatsdText.Flat(name))}";
    }

    string Workspace(StatsdMetric metric) =>
        (metric.WorkspaceIdentifier ?? config.WorkspaceIdentifierDefault) == "workspace_id" ? workspace.ToString() : DefaultWorkspace;

    // Without a service there are none.
    (string Name, string Value)[]? Tags(in Traffic traffic, StatsdMetric metric)
    {
        if (Service(traffic.Service, metric.ServiceIdentifier ?? config.ServiceIdentifierDefault) is not { } service)
            return null;

        var consumer = Consumer(traffic.Consumer, metric.ConsumerIdentifier ?? config.ConsumerIdentifierDefault);
        return
        [
            .. traffic.Route is { } route ? [("route", route.Name ?? route.Id.ToString())] : ReadOnlySpan<(string, string)>.Empty,
            ("service", service),
            .. consumer is not null ? [("consumer", consumer)] : ReadOnlySpan<(string, string)>.Empty,
            ("node", hostname),
            ("workspace", Workspace(metric)),
            ("status", NumberText.Of(traffic.Status)),
        ];
    }

    void Count(string name, StatsdMetric metric) => Add(name, "1", "c", metric.SampleRate, null);

    void Add(string name, string value, string type, double? rate, (string Name, string Value)[]? tags)
    {
        var prefix = config.Prefix ?? "kong";
        var stem = config.HostnameInPrefix is true && config.TagStyle is null ? $"{prefix}.node.{hostname}.{name}" : $"{prefix}.{name}";
        var end = $"{value}|{type}{StatsdText.Rate(rate)}";
        lines.Add(tags is null ? $"{stem}:{end}" : config.TagStyle switch
        {
            "dogstatsd" => $"{stem}:{end}|#{Join(tags, ':')}",
            "influxdb" => $"{stem},{Join(tags, '=')}:{end}",
            "librato" => $"{stem}#{Join(tags, '=')}:{end}",
            _ => $"{stem}[{Join(tags, '=')}]:{end}",
        });
    }

    static string Join((string Name, string Value)[] tags, char between) =>
        string.Join(',', tags.Select(tag => $"{tag.Name}{between}{tag.Value}"));
}
