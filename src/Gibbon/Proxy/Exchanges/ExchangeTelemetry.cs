using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="Telemetry"/> over an exchange: records for OpenTelemetry's logs, kept only while a plugin takes them.</summary>
internal sealed class ExchangeTelemetry(Exchange exchange) : Telemetry(exchange)
{
    private readonly List<LogRecord> _records = [];

    public override IReadOnlyList<LogRecord> Records => _records;

    private bool IsEnabled => exchange.Dependencies.ErrorLog.Records.IsEnabled;

    /// <summary>Keeps a line of the log, if lines are kept.</summary>
    public void Add(LogLevel level, string message, string file = "", int line = 0, string member = "")
    {
        if (!IsEnabled)
        {
            return;
        }

        ValueMap attributes = new() { ["request.id"] = exchange.Id };
        if (file.Length > 0)
        {
            attributes["introspection.current.line"] = (double)line;
            attributes["introspection.name"] = member;
            attributes["introspection.namewhat"] = "method";
            attributes["introspection.source"] = Path.GetFileName(file);
            attributes["introspection.what"] = "C#";
        }

        Add(level, message, attributes);
    }

    public void Clear() => _records.Clear();

    protected override Result LogCore(PluginInstance plugin, string messageType, string? message, ValueMap? attributes)
    {
        if (!IsEnabled)
        {
            return Result.Failure(
                "Telemetry logging is disabled: log entry will not be recorded. "
                + "Ensure the OpenTelemetry plugin is correctly configured to report logs in order to use this feature.");
        }

        ValueMap all = new(attributes ?? [])
        {
            ["message.type"] = messageType,
            ["plugin.name"] = plugin.Name,
            ["plugin.id"] = plugin.Id.ToString(),
            ["request.id"] = exchange.Id,
        };
        if (plugin.InstanceName is { } name)
        {
            all["plugin.instance.name"] = name;
        }

        Add(null, message ?? "", all);
        return Result.Ok;
    }

    private void Add(LogLevel? level, string message, ValueMap attributes)
    {
        if (_records.Count < LogRecords.Most)
        {
            long now = (exchange.Dependencies.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
            _records.Add(new LogRecord(now, level, message, attributes, exchange.Tracing.ActiveSpan?.SpanId ?? default));
        }
    }
}
