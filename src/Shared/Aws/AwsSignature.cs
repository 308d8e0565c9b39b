using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Shared.Aws;

/// <summary>AWS's signature of requests, version 4.</summary>
internal static class AwsSignature
{
    const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs a request: adds <c>X-Amz-Date</c>, <c>X-Amz-Security-Token</c> and <c>Authorization</c>.</summary>
    /// <param name="request">The request, with the headers that shall be signed.</param>
    /// <param name="body">Its body.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="region">The region.</param>
    /// <param name="service">The service: <c>lambda</c>.</param>
    /// <param name="now">The time.</param>
    public static void Sign(
        HttpRequestMessage request,
        ReadOnlySpan<byte> body,
        AwsCredentials credentials,
        string region,
        string service,
        DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        if (credentials.Token is not null)
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", credentials.Token);

        var headers = Headers(request);
        var names = string.Join(';', headers.Keys);
        var canonical = string.Join(
            '\n',
            request.Method.Method,
            Path(request.RequestUri!),
            Query(request.RequestUri!),
            string.Concat(headers.Select(static header => $"{header.Key}:{header.Value}\n")),
            names,
            Hash(body));
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Key(credentials.Secret, time[..8], region, service), Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{Algorithm} Credential={credentials.Id}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    static SortedDictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority,
        };
        foreach (var (name, values) in request.Headers.NonValidated)
            headers[name.ToLowerInvariant()] = string.Join(',', values.Select(static value => value.Trim()));

        return headers;
    }

    // Every service but S3 wants what is escaped already escaped once more.
    static string Path(Uri url) => string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    static string Query(Uri url) => string.Join('&', url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
        .Order(StringComparer.Ordinal));

    static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    static byte[] Key(string secret, params ReadOnlySpan<string> parts)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in parts)
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));

        return HMACSHA256.HashData(key, "aws4_request"u8);
    }
}
