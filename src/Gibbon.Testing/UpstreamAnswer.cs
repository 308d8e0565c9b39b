using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Gibbon.Testing;

/// <summary>An answer of <see cref="FakeUpstream"/>: a right one from its parts, or any bytes at all.</summary>
public sealed record UpstreamAnswer
{
    /// <summary>The status code; default 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The header fields, sent in this order and case. The framing header is added unless it stands here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body; not sent to HEAD or with a status that has none (1xx, 204, 304).</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>With chunks the body is sent chunked, each element in a chunk and a write of its own; <see cref="Body"/> is ignored.</summary>
    public IReadOnlyList<string>? Chunks { get; init; }

    /// <summary>How long to wait before the first byte.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether to close the connection after the answer, without saying so in a header.</summary>
    public bool CloseAfter { get; init; }

    /// <summary>Writes the whole answer instead of the parts above; returns whether the connection lives on. For what is not HTTP, or wrong HTTP.</summary>
    public Func<Stream, CancellationToken, Task<bool>>? Writer { get; init; }

    /// <summary>A text answer.</summary>
    /// <param name="body">The body, sent as UTF-8.</param>
    /// <param name="status">The status code.</param>
    /// <param name="contentType">The content type.</param>
    public static UpstreamAnswer Text(string body, int status = 200, string contentType = "text/plain") => new()
    {
        Status = status,
        Headers = [new("Content-Type", contentType)],
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>A JSON answer.</summary>
    /// <param name="value">The value to serialize.</param>
    /// <param name="status">The status code.</param>
    public static UpstreamAnswer Json(object value, int status = 200) => new()
    {
        Status = status,
        Headers = [new("Content-Type", "application/json")],
        Body = JsonSerializer.SerializeToUtf8Bytes(value),
    };

    /// <summary>The request told back as JSON: <c>method</c>, <c>target</c>, <c>headers</c> (name and value pairs) and <c>body</c>.</summary>
    /// <param name="request">The request.</param>
    public static UpstreamAnswer Echo(ReceivedRequest request) => Json(new
    {
        method = request.Method,
        target = request.Target,
        headers = request.Headers.Select(h => new[] { h.Key, h.Value }),
        body = request.Text,
    });

    /// <summary>Exactly these bytes.</summary>
    /// <param name="bytes">The whole answer, as Latin-1.</param>
    /// <param name="closeAfter">Whether to close the connection then.</param>
    public static UpstreamAnswer Raw(string bytes, bool closeAfter = true) => new()
    {
        Writer = async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), cancellation);
            return !closeAfter;
        },
    };

    /// <summary>No answer: the connection is closed.</summary>
    public static UpstreamAnswer Close { get; } = new() { Writer = (_, _) => Task.FromResult(false) };

    internal async Task<bool> SendAsync(Stream stream, ReceivedRequest request, CancellationToken cancellation)
    {
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, cancellation);

        if (Writer is not null)
            return await Writer(stream, cancellation);

        bool bodyless = Status is < 200 or 204 or 304;
        var send = !bodyless && request.Method != "HEAD";
        var message = new MemoryStream();
        message.Write(Encoding.Latin1.GetBytes(Head(bodyless)));
        if (send && Chunks is null)
            message.Write(Body.Span);

        await stream.WriteAsync(message.ToArray(), cancellation);
        if (send && Chunks is not null)
            await SendChunksAsync(stream, Chunks, cancellation);

        var peerCloses = request.Version == "HTTP/1.0"
            || string.Equals(request.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);
        return !CloseAfter && !peerCloses;
    }

    private string Head(bool bodyless)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {(HttpStatusCode)Status}\r\n");
        foreach ((string name, string value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        var framed = Headers.Any(h => h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || h.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        if (!framed && !bodyless)
        {
            head.Append(Chunks is null ? $"Content-Length: {Body.Length}\r\n" : "Transfer-Encoding: chunked\r\n");
        }

        return head.Append("\r\n").ToString();
    }

    private static async Task SendChunksAsync(Stream stream, IReadOnlyList<string> chunks, CancellationToken cancellation)
    {
        foreach (string chunk in chunks)
        {
            var data = Encoding.UTF8.GetBytes(chunk);
            var size = Encoding.ASCII.GetBytes(data.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
            await stream.WriteAsync((byte[])[.. size, .. data, .. "\r\n"u8], cancellation);
            await stream.FlushAsync(cancellation);
        }

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellation);
    }
}
