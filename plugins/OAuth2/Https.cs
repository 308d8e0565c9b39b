using Gibbon.Pdk;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Whether a client came over TLS, to us or to a proxy that we trust.</summary>
static class Https
{
    /// <summary>What is wrong with how the client came; <c>null</c> if nothing.</summary>
    public static string? Check(RequestContext context, bool acceptTerminated)
    {
        var request = context.Request;
        if (request.Scheme == "https")
            return null;

        if (!acceptTerminated || !context.Ip.IsTrusted(context.Client.Ip))
            return "You must use HTTPS";

        var scheme = request.GetHeader("x-forwarded-proto");
        return request.CountHeader("x-forwarded-proto"u8) > 1 || scheme?.Contains(',', StringComparison.Ordinal) == true
            ? "Only one X-Forwarded-Proto header allowed"
            : string.Equals(scheme, "https", StringComparison.OrdinalIgnoreCase) ? null : "You must use HTTPS";
    }
}
