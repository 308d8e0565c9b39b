using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing.Probes;

/// <summary>
/// The question of gRPC's health checking protocol (<c>grpc.health.v1.Health/Check</c>) for the server as a whole. Its answer is told as a
/// status of HTTP, so that the lists of statuses hold: 200 for <c>SERVING</c>, 503 for anything else that is an answer, 501 where nobody knows
/// the question.
/// </summary>
internal sealed class GrpcProbe(Upstream upstream, TargetAddress address)
{
    private const int Serving = 1;

    // A frame: not compressed, no bytes. The empty message asks for the server as a whole.
    private static readonly byte[] Question = new byte[5];

    public async Task<ProbeOutcome> AskAsync(Stream stream, CancellationTokenSource limit, TimeSpan each)
    {
        limit.CancelAfter(each);
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => new ValueTask<Stream>(stream), UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpMessageInvoker(handler);
        string scheme = stream is SslStream ? "https" : "http";
        using var request = new HttpRequestMessage(HttpMethod.Post, scheme + "://probe/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Question) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Host = upstream.HostHeader ?? address.State.Key.Host;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach ((string name, IReadOnlyList<string> values) in upstream.Healthchecks.Active.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            request.Headers.TryAddWithoutValidation(name, values);
        }

        using HttpResponseMessage answer = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return ProbeOutcome.Answered((int)answer.StatusCode);
        }

        byte[] body = await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
        string? status = Field(answer.TrailingHeaders) ?? Field(answer.Headers);
        return status switch
        {
            "0" => ServingStatusOf(body) == Serving ? ProbeOutcome.Answered(200) : new ProbeOutcome(503, null, "not serving"),
            "12" => new ProbeOutcome(501, null, "the server does not know grpc.health.v1.Health"),
            null => ProbeOutcome.NotHttp("no grpc-status"),
            _ => new ProbeOutcome(503, null, "grpc-status " + status),
        };
    }

    private static string? Field(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out IEnumerable<string>? values) ? values.First() : null;

    // The message has one field, number 1, an enumeration of small values.
    private static int ServingStatusOf(byte[] body) =>
        body.Length >= 7 && body[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) >= 2 && body[5] == 0x08 ? body[6] : 0;
}
