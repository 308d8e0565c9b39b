using System.Globalization;
using System.Text;
using Gibbon.Balancing.Algorithms;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing;
using Gibbon.Routing.Regexes;

namespace Gibbon.Admin.Explaining;

/// <summary>What an upstream hashes of a request that nobody has sent, by the rules of <c>Proxy/Forwarding/HashInputs.cs</c>.</summary>
internal static class ExplainedHash
{
    /// <returns>The hash, and what it was made of: <c>hash_on</c>'s word and the text; null when the request has neither.</returns>
    public static (uint Hash, string? Input, string? Text) Of(ExplainedRequest request, Upstream upstream, Guid? consumer, RouteMatch match)
    {
        byte[] path = request.Path;
        RouteCaptures? captures = match.Captures(path);
        string? text = TextOf(request, upstream, upstream.HashOn, upstream.HashOnHeader, upstream.HashOnQueryArg, Capture(captures, upstream.HashOnUriCapture), consumer);
        if (text is not null)
        {
            return (Hash(text), Schema.Unbind(upstream).GetString("hash_on"), text);
        }

        text = upstream.HashOn is null or HashInput.None ? null : TextOf(
            request, upstream, upstream.HashFallback, upstream.HashFallbackHeader, upstream.HashFallbackQueryArg, Capture(captures, upstream.HashFallbackUriCapture), consumer);
        return text is null ? (XxHash32.Empty, null, null) : (Hash(text), Schema.Unbind(upstream).GetString("hash_fallback"), text);
    }

    private static string? TextOf(ExplainedRequest request, Upstream upstream, HashInput? input, string? header, string? argument, string? capture, Guid? consumer) => input switch
    {
        HashInput.Consumer => consumer?.ToString(),
        HashInput.Ip => request.ClientAddress.ToString(),
        HashInput.Header => request.Header(header!),
        HashInput.Cookie => Cookie(request, upstream.HashOnCookie!),
        HashInput.Path => Uri.UnescapeDataString(Encoding.UTF8.GetString(request.Path)),
        HashInput.QueryArg => Argument(request, argument!),
        HashInput.UriCapture => capture,
        _ => null,
    };

    private static string? Cookie(ExplainedRequest request, string name) => request.Header("cookie")?.Split(';', StringSplitOptions.TrimEntries)
        .Select(static pair => pair.Split('=', 2)).Where(pair => pair.Length == 2 && pair[0] == name).Select(static pair => pair[1]).FirstOrDefault();

    private static string? Argument(ExplainedRequest request, string name)
    {
        string[] values = [.. ExplainedFields.Arguments(request.Query).Where(argument => argument.Name == name).Select(static argument => argument.Value ?? "true").Order(StringComparer.Ordinal)];
        return values.Length == 0 ? null : string.Join(',', values);
    }

    private static string? Capture(RouteCaptures? captures, string? group) => captures is not { } found || group is null ? null
        : found[group] ?? (int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? found[number] : null);

    private static uint Hash(string text) => XxHash32.Of(Encoding.UTF8.GetBytes(text));
}
