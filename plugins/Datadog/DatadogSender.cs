using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Datadog;

/// <summary>Sends the metrics of requests, each in a datagram.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="Config">Where to, and what.</param>
readonly record struct DatadogSender(PluginHost Host, DatadogConfig Config)
{
    static readonly string? EnvironmentHost = Environment.GetEnvironmentVariable("KONG_DATADOG_AGENT_HOST");

    static readonly int? EnvironmentPort =
        int.TryParse(Environment.GetEnvironmentVariable("KONG_DATADOG_AGENT_PORT"), CultureInfo.InvariantCulture, out var port) ? port : null;

    /// <summary>Sends a batch.</summary>
    /// <returns>Kong's text of why the agent cannot be reached; the queue tries again.</returns>
    public async ValueTask<Result> SendAsync(IReadOnlyList<Traffic> batch, CancellationToken stopping)
    {
        var host = Config.Host ?? EnvironmentHost;
        var port = Config.Port ?? EnvironmentPort;
        if (host is null || port is null)
            return Result.Failure($"failed to connect to {host ?? "nil"}:{Text(port)}: no host or port");

        var opened = await Host.Sockets.OpenUdpAsync(host, port.Value, stopping);
        if (!opened.IsOk)
            return Result.Failure($"failed to connect to {host}:{Text(port)}: {opened.Error}");

        using var socket = opened.Value;
        foreach (var traffic in batch)
            foreach (var metric in Config.Metrics)
                try
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(Line(traffic, metric)), stopping);
                }
                catch (SocketException failure)
                {
                    Host.Logger("datadog").Err($"failed to send data to {host}:{Text(port)}: {failure.Message}");
                }

        return Result.Ok;
    }

    static string Text(int? port) => port?.ToString(CultureInfo.InvariantCulture) ?? "nil";

    static string? Identifier(Consumer? consumer, string? identifier) => identifier switch
    {
        "consumer_id" => consumer?.Id.ToString().Replace('-', '_'),
        "custom_id" => consumer?.CustomId,
        "username" => consumer?.Username,
        _ => null,
    };

    string Line(in Traffic traffic, DatadogMetric metric)
    {
        var service = traffic.Service is { } known ? StatsdText.Flat(known.Name ?? known.Host) : "";
        var line = new StringBuilder();
        line.Append(Config.Prefix ?? "kong").Append('.').Append(StatsdText.Figure(metric.Name)).Append(':')
            .Append(NumberText.Of(traffic.Figure(metric.Name))).Append('|').Append(StatsdText.Type(metric.StatType)).Append(StatsdText.Rate(metric.SampleRate))
            .Append("|#").Append(Config.ServiceNameTag ?? "name").Append(':').Append(service)
            .Append(',').Append(Config.StatusTag ?? "status").Append(':').Append(traffic.Status == 0 ? "-" : NumberText.Of(traffic.Status));
        if (Identifier(traffic.Consumer, metric.ConsumerIdentifier) is { } consumer)
            line.Append(',').Append(Config.ConsumerTag ?? "consumer").Append(':').Append(consumer);

        foreach (var tag in metric.Tags ?? [])
            line.Append(',').Append(tag);

        return line.ToString();
    }
}
