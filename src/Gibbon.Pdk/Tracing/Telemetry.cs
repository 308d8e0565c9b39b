using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Records for OpenTelemetry's logs, beside the gateway's own log. Kong's <c>kong.telemetry</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract class Telemetry(RequestContext context) : RequestModule(context)
{
    /// <summary>
    /// Queues a record, with <c>message.type</c>, <c>plugin.name</c>, <c>plugin.id</c> and <c>plugin.instance.name</c> among its
    /// attributes.
    /// </summary>
    /// <param name="plugin">Who says it.</param>
    /// <param name="messageType">What kind of message it is.</param>
    /// <param name="message">The message.</param>
    /// <param name="attributes">More attributes; left unchanged.</param>
    /// <returns>A failure if no opentelemetry plugin exports logs.</returns>
    [Kong("kong.telemetry.log"), Phases(Phase.Any)]
    public Result Log(PluginInstance plugin, string messageType, string? message = null, ValueMap? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(messageType);
        return LogCore(plugin, messageType, message, attributes);
    }

    /// <summary>
    /// The lines that were logged for this request so far and the records of <see cref="Log"/>, in order, 1000 at most; none unless
    /// <see cref="ILogRecords.IsEnabled"/>. Grows while the request lasts: copy what you keep.
    /// </summary>
    public abstract IReadOnlyList<LogRecord> Records { get; }

    /// <summary>See <see cref="Log"/>.</summary>
    /// <param name="plugin">Who says it.</param>
    /// <param name="messageType">What kind of message it is.</param>
    /// <param name="message">The message.</param>
    /// <param name="attributes">More attributes.</param>
    protected abstract Result LogCore(PluginInstance plugin, string messageType, string? message, ValueMap? attributes);
}
