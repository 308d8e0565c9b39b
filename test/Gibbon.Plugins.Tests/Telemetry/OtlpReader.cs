using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Gibbon.Plugins.Telemetry;

/// <summary>Reads messages of OpenTelemetry's protocol into the JSON that protobuf has for them, with ids in hexadecimal.</summary>
static class OtlpReader
{
    static readonly Dictionary<string, Dictionary<int, (string Name, string Type, bool Repeated)>> Messages = new()
    {
        ["TraceRequest"] = new() { [1] = ("resourceSpans", "ResourceSpans", true) },
        ["ResourceSpans"] = new() { [1] = ("resource", "Resource", false), [2] = ("scopeSpans", "ScopeSpans", true) },
        ["ScopeSpans"] = new() { [1] = ("scope", "Scope", false), [2] = ("spans", "Span", true) },
        ["LogsRequest"] = new() { [1] = ("resourceLogs", "ResourceLogs", true) },
        ["ResourceLogs"] = new() { [1] = ("resource", "Resource", false), [2] = ("scopeLogs", "ScopeLogs", true) },
        ["ScopeLogs"] = new() { [1] = ("scope", "Scope", false), [2] = ("logRecords", "LogRecord", true) },
        ["Resource"] = new() { [1] = ("attributes", "KeyValue", true) },
        ["Scope"] = new() { [1] = ("name", "text", false), [2] = ("version", "text", false) },
        ["Span"] = new()
        {
            [1] = ("traceId", "hex", false), [2] = ("spanId", "hex", false), [4] = ("parentSpanId", "hex", false), [5] = ("name", "text", false),
            [6] = ("kind", "number", false), [7] = ("startTimeUnixNano", "time", false), [8] = ("endTimeUnixNano", "time", false),
            [9] = ("attributes", "KeyValue", true), [11] = ("events", "Event", true), [15] = ("status", "Status", false),
        },
        ["Event"] = new() { [1] = ("timeUnixNano", "time", false), [2] = ("name", "text", false), [3] = ("attributes", "KeyValue", true) },
        ["Status"] = new() { [2] = ("message", "text", false), [3] = ("code", "number", false) },
        ["KeyValue"] = new() { [1] = ("key", "text", false), [2] = ("value", "AnyValue", false) },
        ["AnyValue"] = new()
        {
            [1] = ("stringValue", "text", false), [2] = ("boolValue", "truth", false), [3] = ("intValue", "number", false),
            [4] = ("doubleValue", "double", false), [5] = ("arrayValue", "ArrayValue", false), [6] = ("kvlistValue", "KeyValueList", false),
        },
        ["ArrayValue"] = new() { [1] = ("values", "AnyValue", true) },
        ["KeyValueList"] = new() { [1] = ("values", "KeyValue", true) },
        ["LogRecord"] = new()
        {
            [1] = ("timeUnixNano", "time", false), [2] = ("severityNumber", "number", false), [3] = ("severityText", "text", false),
            [5] = ("body", "AnyValue", false), [6] = ("attributes", "KeyValue", true), [8] = ("flags", "flags", false), [9] = ("traceId", "hex", false),
            [10] = ("spanId", "hex", false), [11] = ("observedTimeUnixNano", "time", false),
        },
    };

    /// <summary>Reads an <c>ExportTraceServiceRequest</c>.</summary>
    public static JsonObject Traces(ReadOnlySpan<byte> data) => Read("TraceRequest", data);

    /// <summary>Reads an <c>ExportLogsServiceRequest</c>.</summary>
    public static JsonObject Logs(ReadOnlySpan<byte> data) => Read("LogsRequest", data);

    static JsonObject Read(string type, ReadOnlySpan<byte> data)
    {
        var message = new JsonObject();
        while (!data.IsEmpty)
        {
            var tag = Varint(ref data);
            var (name, kind, repeated) = Messages[type][(int)(tag >> 3)];
            var value = Value(kind, (int)(tag & 7), ref data);
            if (!repeated)
                message[name] = value;
            else if (message[name] is JsonArray array)
                array.Add(value);
            else
                message[name] = new JsonArray(value);
        }

        return message;
    }

    static JsonNode Value(string kind, int wire, ref ReadOnlySpan<byte> data)
    {
        switch (wire)
        {
            case 0:
                var number = (long)Varint(ref data);
                return kind == "truth" ? JsonValue.Create(number != 0) : JsonValue.Create(number);
            case 1:
                var bits = BinaryPrimitives.ReadInt64LittleEndian(data);
                data = data[8..];
                return kind == "double" ? JsonValue.Create(BitConverter.Int64BitsToDouble(bits)) : JsonValue.Create(bits);
            case 5:
                var word = BinaryPrimitives.ReadUInt32LittleEndian(data);
                data = data[4..];
                return JsonValue.Create(word);
            default:
                var length = (int)Varint(ref data);
                var block = data[..length];
                data = data[length..];
                return kind switch
                {
                    "text" => JsonValue.Create(Encoding.UTF8.GetString(block)),
                    "hex" => JsonValue.Create(Convert.ToHexStringLower(block)),
                    _ => Read(kind, block),
                };
        }
    }

    static ulong Varint(ref ReadOnlySpan<byte> data)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = data[0];
            data = data[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
