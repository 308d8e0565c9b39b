using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.OAuth2;

/// <summary>The proof that an authorization code is in the hands of the application that asked for it (RFC 7636).</summary>
static class Pkce
{
    /// <summary>Whether an application must give the proof.</summary>
    public static bool IsNeeded(OAuth2Config config, OAuth2Credential client, string? usedMethod) =>
        usedMethod is not null
        || (client.ClientType == ClientType.Public && config.Pkce != PkceMode.None)
        || (client.ClientType == ClientType.Confidential && config.Pkce == PkceMode.Strict);

    /// <summary>Reads the challenge with which an application asks for a code.</summary>
    /// <param name="parameters">What the application sent.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>The challenge; <c>null</c> if there is none.</returns>
    public static string? ReadChallenge(OAuth2Parameters parameters, out string? error)
    {
        error = null;
        var method = parameters["code_challenge_method"];
        if (parameters.Text("code_challenge") is not { } challenge)
        {
            if (method is not null)
                error = "code_challenge is required when code_method is present";

            return null;
        }

        if (method is not (null or "S256" or "s256"))
            error = "code_challenge_method is not supported, must be S256";

        return error is null ? challenge.TrimEnd('=').Replace('+', '-').Replace('/', '_') : null;
    }

    /// <summary>Checks the proof.</summary>
    /// <param name="parameters">What the application sent.</param>
    /// <param name="code">The code.</param>
    /// <param name="answer">Is told what is wrong.</param>
    public static void Verify(OAuth2Parameters parameters, AuthorizationCode code, OAuth2Answer answer)
    {
        var verifier = parameters.Text("code_verifier");
        if (parameters["code_verifier"] is null)
            answer.Fail("invalid_request", "code_verifier is required for PKCE authorization requests");
        else if (verifier is null)
            answer.Fail("invalid_request", "code_verifier is not a string");
        else if (Encoding.UTF8.GetByteCount(verifier) is < 43 or > 128)
            answer.Fail("invalid_request", "code_verifier must be between 43 and 128 characters");
        else if (!IsOrigin(verifier, code.Challenge))
            answer.Fail("invalid_grant", "Invalid code");
    }

    static bool IsOrigin(string verifier, string? challenge) => challenge is not null && CryptographicOperations.FixedTimeEquals(
        Base64Url.EncodeToUtf8(SHA256.HashData(Encoding.UTF8.GetBytes(verifier))),
        Encoding.UTF8.GetBytes(challenge));
}
