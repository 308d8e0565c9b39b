using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Observability;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Settings;

namespace Gibbon.Proxy.Watching;

/// <summary>
/// Who may ask for a request's timings, or for its explanation: whoever knows the node's token. Unlike in Kong that holds on loopback too, where a proxy or a sidecar
/// in front would make everybody local.
/// </summary>
internal sealed class DebugAccess
{
    private const string Prefix = "x-kong-request-debug";

    private readonly byte[] _token;

    private DebugAccess(string token) => _token = Encoding.UTF8.GetBytes(token);

    /// <summary>
    /// The access of a node: by <c>request_debug_token</c>, else by a token made up now; kept in the working directory for whoever may read it
    /// there. Null when <c>request_debug</c> is off.
    /// </summary>
    public static DebugAccess? Create(ProxySettings settings, string prefix, ErrorLog log)
    {
        if (!settings.RequestDebug)
        {
            return null;
        }

        string token = settings.RequestDebugToken ?? Guid.NewGuid().ToString();
        string file = new PrefixLayout(prefix).RequestDebugToken;
        try
        {
            PrivateFile.Write(file, token);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Write(LogSeverity.Warn, $"[kong] [request-debug] could not write {file}: {failure.Message}");
        }

        log.Write(LogSeverity.Notice, $"[kong] [request-debug] token for request debugging: {token}");
        return new DebugAccess(token);
    }

    /// <summary>Takes the three headers off the request, and tells what they ask for with the right token.</summary>
    public DebugWish Open(Exchange exchange)
    {
        HeaderTable headers = exchange.Downstream.Request.Headers;
        bool timings = false;
        bool explanation = false;
        bool isAllowed = false;
        bool log = false;
        foreach (HeaderField field in headers)
        {
            if (field.Known != KnownHeader.None || field.Name.Length < Prefix.Length || !Ascii.EqualsIgnoreCase(field.Name[..Prefix.Length], Prefix))
            {
                continue;
            }

            ReadOnlySpan<byte> rest = field.Name[Prefix.Length..];
            if (rest.IsEmpty)
            {
                timings |= field.Value.SequenceEqual("*"u8);
                explanation |= Ascii.EqualsIgnoreCase(field.Value, "explain"u8);
            }
            else if (Ascii.EqualsIgnoreCase(rest, "-token"u8))
            {
                isAllowed |= CryptographicOperations.FixedTimeEquals(field.Value, _token);
            }
            else if (Ascii.EqualsIgnoreCase(rest, "-log"u8))
            {
                log |= Ascii.EqualsIgnoreCase(field.Value, "true"u8);
            }
            else
            {
                continue;
            }

            headers.RemoveAt(field.Index);
        }

        return isAllowed ? new DebugWish(timings, explanation, log, IPAddress.IsLoopback(exchange.ClientAddress)) : default;
    }
}
