using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>
/// Where the application that has asked a user for his consent gets the code, or the token, for the application that wants to act for him. Of
/// several things that are wrong the last one is said, as in Kong.
/// </summary>
static class AuthorizeEndpoint
{
    static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(300);

    /// <summary>Answers.</summary>
    public static async ValueTask RunAsync(RequestContext context, OAuth2Config config)
    {
        var parameters = await OAuth2Parameters.ReadAsync(context.Request);
        var answer = new OAuth2Answer();
        string? uri = null;
        var isImplicit = false;
        if (Https.Check(context, config.AcceptHttpIfAlreadyTerminated) is { } insecure)
            answer.Fail("access_denied", insecure);
        else if (!IsProvisionKey(parameters, config))
            answer.Fail("invalid_provision_key", "Invalid provision_key");
        else if (string.IsNullOrWhiteSpace(parameters.Text("authenticated_userid")))
            answer.Fail("invalid_authenticated_userid", "Missing authenticated_userid parameter");
        else
            (uri, isImplicit) = await GrantAsync(context, config, parameters, answer);

        parameters.TellState(answer.Values);
        await answer.SendAsync(context, uri is null ? null : new ValueMap { ["redirect_uri"] = RedirectUri.With(uri, answer.Values, isImplicit) });
    }

    /// <summary>Whether the application that asks knows the key.</summary>
    public static bool IsProvisionKey(OAuth2Parameters parameters, OAuth2Config config) =>
        parameters.Text("provision_key") is { } key && config.ProvisionKey is { } expected
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(expected));

    static async ValueTask<(string? Uri, bool IsImplicit)> GrantAsync(
        RequestContext context,
        OAuth2Config config,
        OAuth2Parameters parameters,
        OAuth2Answer answer)
    {
        var wantsCode = parameters.Text("response_type") == "code" && config.EnableAuthorizationCode;
        var wantsToken = parameters.Text("response_type") == "token" && config.EnableImplicitGrant;
        if (!wantsCode && !wantsToken)
            answer.Fail("unsupported_response_type", "Invalid response_type");

        var scope = Scopes.Read(parameters, config, answer);
        var client = await ClientLookup.FindAsync(context.Host, parameters.Text("client_id"));
        string? uri = null;
        if (client?.RedirectUris is not { } registered)
        {
            answer.FailClient();
        }
        else if (!RedirectUri.IsRegistered(parameters, registered, out uri))
        {
            answer.Fail("invalid_request", RedirectUri.Unknown);
            uri = registered.FirstOrDefault();
        }

        var challenge = Pkce.ReadChallenge(parameters, out var wrongChallenge);
        if (wrongChallenge is not null)
            answer.Fail("invalid_request", wrongChallenge);
        else if (client is not null && challenge is null && Pkce.IsNeeded(config, client, null))
            answer.Fail("invalid_request", $"code_challenge is required for {(client.ClientType == ClientType.Public ? "public" : "confidential")} clients");

        if (answer.IsError)
            return (uri, false);

        var userid = parameters.Text("authenticated_userid");
        answer.Succeed(wantsCode
            ? await IssueCodeAsync(context, config, client!, userid, scope, challenge)
            : await new TokenIssuer(context, config).IssueAsync(client!, userid, scope, canRefresh: false));
        return (uri, !wantsCode);
    }

    static async ValueTask<ValueMap> IssueCodeAsync(
        RequestContext context,
        OAuth2Config config,
        OAuth2Credential client,
        string? userid,
        string? scope,
        string? challenge)
    {
        var code = new AuthorizationCode
        {
            Service = new TokenIssuer(context, config).ServiceId is { } service ? new EntityReference<Service>(service) : (EntityReference<Service>?)null,
            Credential = client,
            AuthenticatedUserid = userid,
            Scope = scope,
            Challenge = challenge,
            ChallengeMethod = challenge is null ? null : "S256",
            Plugin = new EntityReference<Pdk.Entities.Plugin>(context.Plugin!.Id),
        };
        var stored = await context.Host.Entities<AuthorizationCode>().InsertAsync(code, new EntityOptions { TimeToLive = CodeLife });
        return stored.IsOk ? new ValueMap { ["code"] = stored.Value!.Code } : throw new InvalidOperationException(stored.Error.ToString());
    }
}
