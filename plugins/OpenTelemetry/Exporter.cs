using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;

namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>Sends batches of spans or records, encoded before.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="Collector">The collector.</param>
/// <param name="Attributes">What is said about the gateway.</param>
readonly record struct Exporter(PluginHost Host, Collector Collector, IReadOnlyDictionary<string, string>? Attributes)
{
    /// <summary>Sends a batch.</summary>
    /// <returns>Kong's text of the failure; the queue tries again.</returns>
    public async ValueTask<Result> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken stopping)
    {
        var answer = await Collector.PostAsync(Host, Otlp.Request(batch, ResourceAttributes()), stopping);
        var error = !answer.IsOk ? $"failed to send request: {answer.Error}"
            : answer.Value.Status == 200 ? null
            : $"response error: {answer.Value.Status}, body: {answer.Value.Body}";
        if (error is null)
            return Result.Ok;

        Host.Logger("opentelemetry").Err($"[otel] {error}");
        return Result.Failure(error);
    }

    Dictionary<string, object?> ResourceAttributes()
    {
        var all = new Dictionary<string, object?>
        {
            ["service.name"] = "kong",
            ["service.instance.id"] = Host.Node.Id.ToString(),
            ["service.version"] = Host.Version,
        };
        foreach (var (name, value) in Attributes ?? new Dictionary<string, string>())
            all[name] = value;

        return all;
    }
}
