using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>The messages of OpenTelemetry's protocol (opentelemetry-proto 1); the numbers are those of its fields.</summary>
static class Otlp
{
    const string Scope = "kong-internal";
    const string ScopeVersion = "0.1.0";

    /// <summary>An <c>ExportTraceServiceRequest</c> or, of the same shape, an <c>ExportLogsServiceRequest</c>.</summary>
    /// <param name="items">The spans or the records, encoded.</param>
    /// <param name="attributes">What is said about the gateway.</param>
    public static byte[] Request(IReadOnlyList<byte[]> items, IReadOnlyDictionary<string, object?> attributes)
    {
        var resource = new ProtoWriter();
        Attributes(resource, 1, attributes);

        var scope = new ProtoWriter();
        scope.Text(1, Scope);
        scope.Text(2, ScopeVersion);

        var scoped = new ProtoWriter();
        scoped.Message(1, scope);
        foreach (var item in items)
            scoped.Block(2, item);

        var ofResource = new ProtoWriter();
        ofResource.Message(1, resource);
        ofResource.Message(2, scoped);

        var request = new ProtoWriter();
        request.Message(1, ofResource);
        return request.Written.ToArray();
    }

    /// <summary>A <c>Span</c>.</summary>
    /// <param name="span">The span.</param>
    /// <param name="traceId">The trace it belongs to.</param>
    public static byte[] Span(Span span, ReadOnlySpan<byte> traceId)
    {
        var message = new ProtoWriter();
        message.Data(1, traceId);
        message.Data(2, span.SpanId.Span);
        message.Data(4, span.ParentId.Span);
        message.Text(5, span.Name);
        message.Number(6, (long)span.Kind);
        message.Time(7, span.StartTimeNs);
        message.Time(8, span.EndTimeNs ?? span.StartTimeNs);
        Attributes(message, 9, span.Attributes);
        foreach (var happened in span.Events)
            message.Message(11, Event(happened));

        if (span.Status != SpanStatus.Unset)
        {
            var status = new ProtoWriter();
            status.Number(3, (long)span.Status);
            message.Message(15, status);
        }

        return message.Written.ToArray();
    }

    /// <summary>A <c>LogRecord</c>.</summary>
    /// <param name="record">The record.</param>
    /// <param name="traceId">The trace it belongs to; empty if it belongs to none.</param>
    /// <param name="flags">The trace's flags.</param>
    public static byte[] LogRecord(LogRecord record, ReadOnlySpan<byte> traceId, byte flags)
    {
        var (number, text) = Severity(record.Level);
        var body = new ProtoWriter();
        body.Block(1, Encoding.UTF8.GetBytes(record.Message));

        var message = new ProtoWriter();
        message.Time(1, record.TimeNs);
        message.Number(2, number);
        message.Text(3, text);
        message.Message(5, body);
        Attributes(message, 6, record.Attributes);
        message.Flags(8, flags);
        message.Data(9, traceId);
        message.Data(10, record.SpanId.Span);
        message.Time(11, record.TimeNs);
        return message.Written.ToArray();
    }

    static (long Number, string? Text) Severity(LogLevel? level) => level switch
    {
        LogLevel.Debug => (5, "DEBUG"),
        LogLevel.Info => (9, "INFO"),
        LogLevel.Notice => (11, "NOTICE"),
        LogLevel.Warn => (13, "WARN"),
        LogLevel.Err => (17, "ERR"),
        LogLevel.Crit => (19, "CRIT"),
        LogLevel.Alert => (21, "ALERT"),
        LogLevel.Emerg => (23, "EMERG"),
        _ => (0, null),
    };

    static ProtoWriter Event(SpanEvent happened)
    {
        var message = new ProtoWriter();
        message.Time(1, happened.TimeNs);
        message.Text(2, happened.Name);
        Attributes(message, 3, happened.Attributes ?? []);
        return message;
    }

    static void Attributes(ProtoWriter message, int field, IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            var attribute = new ProtoWriter();
            attribute.Text(1, key);
            attribute.Message(2, Any(key, value));
            message.Message(field, attribute);
        }
    }

    // Numbers are Lua's, so doubles; but for the one that dashboards count on.
    static ProtoWriter Any(string? key, object? value)
    {
        var any = new ProtoWriter();
        switch (value)
        {
            case string text:
                any.Block(1, Encoding.UTF8.GetBytes(text));
                break;
            case bool truth:
                any.Choice(2, truth);
                break;
            case long or int or double when key == "http.status_code":
                any.Choice(3, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case long or int or double:
                any.Choice(4, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case ValueList list:
                any.Message(5, List(list));
                break;
            case ValueMap map:
                var entries = new ProtoWriter();
                Attributes(entries, 1, map);
                any.Message(6, entries);
                break;
        }

        return any;
    }

    static ProtoWriter List(ValueList list)
    {
        var values = new ProtoWriter();
        foreach (var item in list)
            values.Message(1, Any(null, item));

        return values;
    }
}
