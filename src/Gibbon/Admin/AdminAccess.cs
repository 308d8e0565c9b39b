using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>
/// Who may use the Admin API: everybody who reaches it, as in Kong, unless <c>admin_token</c> is set. Then a request must carry it in
/// <c>Kong-Admin-Token</c>; with <c>admin_token_read_only</c> it may read.
/// </summary>
internal sealed class AdminAccess
{
    private const string Header = "Kong-Admin-Token";

    private readonly byte[]? _full;
    private readonly byte[]? _reading;

    public AdminAccess(string? token, string? readOnlyToken)
    {
        _full = Digest(token);
        _reading = Digest(readOnlyToken);
    }

    /// <summary>Lets everybody do everything: the Status API, which only reads.</summary>
    public static AdminAccess Open { get; } = new(null, null);

    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reads">Whether it changes nothing.</param>
    /// <returns>Why it is refused; null when it is not.</returns>
    public ApiAnswer? Refuse(HttpRequest request, bool reads)
    {
        // Browsers ask OPTIONS before they may send a header of their own; it tells nothing but methods.
        if (_full is null && _reading is null || request.Method == "OPTIONS")
        {
            return null;
        }

        byte[] given = Digest(request.Headers[Header].ToString()) ?? [];

        // Both are always compared, so that time does not tell which one was close.
        bool mayAll = _full is not null && CryptographicOperations.FixedTimeEquals(given, _full);
        bool mayRead = _reading is not null && CryptographicOperations.FixedTimeEquals(given, _reading);
        return mayAll || (mayRead && reads) ? null
            : mayRead ? ApiAnswer.Message(403, "Forbidden")
            : ApiAnswer.Message(401, "Unauthorized");
    }

    /// <summary>Whether who asks may look, and change nothing.</summary>
    public bool OnlyReads(HttpRequest request) => Refuse(request, reads: true) is null && Refuse(request, reads: false) is not null;

    // Digests have one length, so that a comparison does not tell that of the token.
    private static byte[]? Digest(string? token) => string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
