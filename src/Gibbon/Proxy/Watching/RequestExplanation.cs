using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Traffic;

namespace Gibbon.Proxy.Watching;

/// <summary>Answers, for a request that asked with the token, why it did what it did: in short in a header, in full to <c>GET /explain/:requests</c>.</summary>
internal sealed class RequestExplanation(Exchange exchange, RequestTimings timings)
{
    /// <summary>The header that carries the short answer to the client.</summary>
    public const string Header = "X-Kong-Request-Explanation";

    private const int MostInHeader = 4096;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    private readonly ImmutableArray<(string Name, string Value)> _headers = LiveRequest.HeadersOf(exchange.Downstream.Request.Headers);

    /// <summary>The header's value; the head of the answer is about to leave.</summary>
    public string Output()
    {
        RecordedRequest now = RequestPortrait.Of(exchange, timings);
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("request_id", now.Id);
            Write(json, "route", now.Route);
            Write(json, "service", now.Service);
            Write(json, "consumer", now.Consumer);
            Write(json, "upstream", now.Upstream);
            json.WriteString("target", now.Tries.IsEmpty ? null : now.Tries[^1].Target?.Name ?? now.Tries[^1].Address);
            json.WriteString("answered_by", now.AnsweredBy ?? (now.Source == "service" ? "service" : "gateway"));
            json.WriteStartArray("plugins");
            foreach (string name in now.Latencies.Plugins.Select(static plugin => plugin.Name).Distinct())
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteString("more", "/explain/" + now.Id);
            json.WriteEndObject();
        }

        return buffer.WrittenCount <= MostInHeader
            ? Encoding.ASCII.GetString(buffer.WrittenSpan)
            : $$"""{"request_id":"{{now.Id}}","truncated":true,"more":"/explain/{{now.Id}}"}""";
    }

    /// <summary>Keeps the whole for whoever may use the Admin API.</summary>
    public void Keep(RecordedRequest happened) => exchange.Dependencies.LiveRequests.Add(LiveRequest.Of(exchange, _headers, happened));

    private static void Write(Utf8JsonWriter json, string name, RecordedEntity? entity)
    {
        if (entity is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("id", entity.Id);
        json.WriteString("name", entity.Name);
        json.WriteEndObject();
    }
}
