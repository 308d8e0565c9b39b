using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Vaults;

/// <summary>AWS's signature of requests, version 4, for requests without a query.</summary>
internal static class AwsSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    public static void Sign(HttpRequestMessage request, byte[] body, AwsKey key, string region, string service, DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        if (key.Token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", key.Token);
        }

        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["host"] = request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority,
        };
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in request.Headers.NonValidated)
        {
            headers[name.ToLowerInvariant()] = string.Join(',', values);
        }

        string names = string.Join(';', headers.Keys);
        string listed = string.Concat(headers.Select(static header => $"{header.Key}:{header.Value}\n"));
        string canonical = $"{request.Method.Method}\n{request.RequestUri.AbsolutePath}\n\n{listed}\n{names}\n{Hash(body)}";
        string scope = $"{time[..8]}/{region}/{service}/aws4_request";
        byte[] signing = Encoding.UTF8.GetBytes("AWS4" + key.Secret);
        foreach (string part in (ReadOnlySpan<string>)[time[..8], region, service, "aws4_request"])
        {
            signing = HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(part));
        }

        byte[] signature = HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes($"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}"));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={key.Id}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(signature)}");
    }

    private static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));
}
