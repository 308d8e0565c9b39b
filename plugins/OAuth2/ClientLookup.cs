using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Finds the application that asks for a token, and whether it is the one (RFC 6749, section 2.3).</summary>
/// <param name="Id">The id it says.</param>
/// <param name="Secret">The secret it says.</param>
/// <param name="InHeader">Whether it said so in a header.</param>
readonly record struct ClientLookup(string? Id, string? Secret, bool InHeader)
{
    static readonly CredentialLookup<OAuth2Credential> Credentials = new("client_id");

    /// <summary>Whether it says a secret, even one that is no text.</summary>
    public bool HasSecret { get; private init; } = !string.IsNullOrWhiteSpace(Secret);

    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads what a client says of itself.</summary>
    /// <exception cref="DecoderFallbackException">Its id is no text. Kong's databases fail on that as well.</exception>
    public static ClientLookup Read(Request request, OAuth2Parameters parameters, OAuth2Config config)
    {
        if (parameters["client_id"] is not null && parameters["client_secret"] is not null)
        {
            var secret = parameters.Text("client_secret");
            return new ClientLookup(parameters.Text("client_id"), secret, false) { HasSecret = !string.IsNullOrWhiteSpace(secret ?? "none") };
        }

        if (request.GetHeader(config.HeaderName) is not { } header)
            return new ClientLookup(parameters.Text("client_id"), null, false);

        var scheme = header.IndexOf("asic", StringComparison.Ordinal);
        if (scheme < 1 || header[scheme - 1] is not ('b' or 'B'))
            return new ClientLookup(null, null, true);

        if (LenientBase64.Decode(header[(scheme + 4)..].Trim()) is not { } decoded)
            return new ClientLookup(null, null, true);

        var parts = StrictUtf8.GetString(decoded).Split(':');
        return new ClientLookup(parts[0], parts.ElementAtOrDefault(1), true);
    }

    /// <summary>Finds an application by its id.</summary>
    public static ValueTask<OAuth2Credential?> FindAsync(PluginHost host, string? id) =>
        string.IsNullOrEmpty(id) ? ValueTask.FromResult<OAuth2Credential?>(null) : Credentials.FindAsync(host, id);

    /// <summary>Whether the secret is that of an application which has one.</summary>
    public async ValueTask<bool> IsAuthenticAsync(RequestContext context, OAuth2Credential client)
    {
        if (!client.HashSecret)
            return Secret is not null && client.ClientSecret is not null
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(client.ClientSecret));

        if (!SecretHash.Verify(Secret, client.ClientSecret, out var isOutdated))
            return false;

        if (isOutdated)
        {
            var renewed = await context.Host.Entities<OAuth2Credential>().UpdateAsync(
                client.Id, new ValueMap { ["client_secret"] = Secret, ["hash_secret"] = true });
            if (!renewed.IsOk)
                context.Log.Warn(renewed.Error.ToString());
        }

        return true;
    }
}
