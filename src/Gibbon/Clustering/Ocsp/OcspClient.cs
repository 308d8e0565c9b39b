using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Clustering.Ocsp;

/// <summary>What is known of a certificate's revocation.</summary>
/// <param name="Doubt">Why it is not known to be good; null when it is.</param>
/// <param name="IsAnswered">Whether a responder has said something, which then is no good.</param>
internal readonly record struct OcspVerdict(string? Doubt, bool IsAnswered);

/// <summary>Asks the responder that a certificate names whether it was revoked. Nobody waits for that but who has shown it.</summary>
internal sealed class OcspClient : IDisposable
{
    private const int LongestAnswer = 64 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <param name="patience">How long a responder may take.</param>
    /// <param name="time">The clock.</param>
    public OcspClient(TimeSpan patience, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = patience,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    public async ValueTask<OcspVerdict> AskAsync(X509Certificate2 certificate, X509Certificate2? issuer, CancellationToken cancellation)
    {
        string? responder = certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>().SelectMany(static access => access.EnumerateOcspUris()).FirstOrDefault();
        if (responder is null || !Uri.TryCreate(responder, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            return Unknown("OCSP responder endpoint can not be determined, the client certificate may be missing the required extensions");
        }

        if (issuer is null)
        {
            return Unknown("no issuer certificate in chain");
        }

        OcspRequest request = new(certificate, issuer);
        try
        {
            using ByteArrayContent content = new(request.Encode());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
            using HttpResponseMessage response = await _http.PostAsync(address, content, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return Unknown($"OCSP responder returns bad HTTP status code: {(int)response.StatusCode}");
            }

            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return body.Length == 0 ? Unknown("unexpected response from OCSP responder: empty body")
                : OcspResponse.Judge(body, request, issuer, _time.GetUtcNow()) is { } doubt ? new OcspVerdict("failed to validate OCSP response: " + doubt, IsAnswered: true)
                : default;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unknown("failed to send request to OCSP responder: timeout");
        }
        catch (HttpRequestException failure)
        {
            bool isRefused = failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return Unknown("failed to send request to OCSP responder: " + (isRefused ? "connection refused" : failure.Message));
        }
    }

    public void Dispose() => _http.Dispose();

    private static OcspVerdict Unknown(string why) => new(why, IsAnswered: false);
}
