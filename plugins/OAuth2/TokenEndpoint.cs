using Gibbon.Pdk;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Where applications get tokens (RFC 6749, section 3.2). Of several things that are wrong the last one is said, as in Kong.</summary>
sealed class TokenEndpoint
{
    readonly RequestContext context;
    readonly OAuth2Config config;
    readonly OAuth2Parameters parameters;
    readonly OAuth2Answer answer = new();
    readonly TokenIssuer issuer;

    TokenEndpoint(RequestContext context, OAuth2Config config, OAuth2Parameters parameters)
    {
        (this.context, this.config, this.parameters) = (context, config, parameters);
        issuer = new TokenIssuer(context, config);
    }

    /// <summary>Answers.</summary>
    public static async ValueTask RunAsync(RequestContext context, OAuth2Config config)
    {
        var parameters = await OAuth2Parameters.ReadAsync(context.Request);
        var endpoint = new TokenEndpoint(context, config, parameters);
        if (Https.Check(context, config.AcceptHttpIfAlreadyTerminated) is { } insecure)
            endpoint.answer.Fail("access_denied", insecure);
        else
            await endpoint.RunAsync();

        parameters.TellState(endpoint.answer.Values);
        await endpoint.answer.SendAsync(context);
    }

    async ValueTask RunAsync()
    {
        var grant = parameters.Text("grant_type");
        var isKnown = grant is "authorization_code" or "refresh_token"
            || (grant == "client_credentials" && config.EnableClientCredentials)
            || (grant == "password" && config.EnablePasswordGrant);
        if (!isKnown)
            answer.Fail("unsupported_grant_type", "Invalid grant_type");

        var said = ClientLookup.Read(context.Request, parameters, config);
        var client = await ClientLookup.FindAsync(context.Host, said.Id);
        if (grant != "client_credentials")
        {
            if (client?.RedirectUris is not { } registered)
                answer.FailClient(said.InHeader);
            else if (!RedirectUri.IsRegistered(parameters, registered, out _))
                answer.Fail("invalid_request", RedirectUri.Unknown);
        }

        if (client is { ClientType: ClientType.Confidential } && !await said.IsAuthenticAsync(context, client))
            answer.FailClient(said.InHeader);
        else if (client is { ClientType: ClientType.Public } && said.HasSecret)
            answer.Fail("invalid_request", "client_secret is disallowed for public clients");

        if (!answer.IsError)
            await GrantAsync(grant, client);
    }

    ValueTask GrantAsync(string? grant, OAuth2Credential? client)
    {
        if (client is null)
        {
            if (parameters["authenticated_userid"] is not null && !AuthorizeEndpoint.IsProvisionKey(parameters, config))
                answer.Fail("invalid_provision_key", "Invalid provision_key");
            else
                answer.FailClient();

            return ValueTask.CompletedTask;
        }

        return grant switch
        {
            "authorization_code" => ForCodeAsync(client),
            "client_credentials" => ForClientAsync(client),
            "password" => ForPasswordAsync(client),
            _ => ForRefreshTokenAsync(client),
        };
    }

    async ValueTask ForCodeAsync(OAuth2Credential client)
    {
        var codes = context.Host.Entities<AuthorizationCode>();
        var code = parameters.Text("code") is { Length: > 0 } text ? Value(await codes.SelectByAsync("code", text)) : null;
        if (code is null || (issuer.ServiceId is { } service && service != code.Service?.Id) || code.Credential.Id != client.Id)
        {
            answer.Fail("invalid_request", "Invalid code");
            return;
        }

        if (Pkce.IsNeeded(config, client, code.ChallengeMethod))
            Pkce.Verify(parameters, code, answer);

        if (!answer.IsError && config.GlobalCredentials && code.Plugin is { } plugin && plugin.Id != context.Plugin!.Id)
            answer.Fail("invalid_request", "Invalid code");

        if (answer.IsError)
            return;

        // Taken away first: a code is good for one token, and for the first of two who come with it at the same moment.
        if (!Value(await codes.DeleteAsync(code.Id)))
            answer.Fail("invalid_request", "Invalid code");
        else
            answer.Succeed(await issuer.IssueAsync(client, code.AuthenticatedUserid, code.Scope, canRefresh: true));
    }

    async ValueTask ForClientAsync(OAuth2Credential client)
    {
        if (parameters["authenticated_userid"] is not null && !AuthorizeEndpoint.IsProvisionKey(parameters, config))
        {
            answer.Fail("invalid_provision_key", "Invalid provision_key");
            return;
        }

        var scope = Scopes.Read(parameters, config, answer);
        if (!answer.IsError)
            answer.Succeed(await issuer.IssueAsync(client, parameters.Text("authenticated_userid"), scope, canRefresh: false));
    }

    async ValueTask ForPasswordAsync(OAuth2Credential client)
    {
        var userid = parameters.Text("authenticated_userid");
        if (!AuthorizeEndpoint.IsProvisionKey(parameters, config))
        {
            answer.Fail("invalid_provision_key", "Invalid provision_key");
        }
        else if (string.IsNullOrWhiteSpace(userid))
        {
            answer.Fail("invalid_authenticated_userid", "Missing authenticated_userid parameter");
        }
        else
        {
            var scope = Scopes.Read(parameters, config, answer);
            if (!answer.IsError)
                answer.Succeed(await issuer.IssueAsync(client, userid, scope, canRefresh: true));
        }
    }

    async ValueTask ForRefreshTokenAsync(OAuth2Credential client)
    {
        var text = parameters.Text("refresh_token");
        var token = string.IsNullOrEmpty(text) ? null : Value(await context.Host.Entities<OAuth2Token>().SelectByAsync("refresh_token", text));
        if (token is null || (issuer.ServiceId is { } service && service != token.Service?.Id))
            answer.Fail("invalid_request", "Invalid refresh_token");
        else if (token.Credential.Id != client.Id)
            answer.FailClient();
        else if (!Scopes.Exist(token.Scope, config))
            answer.Fail("invalid_scope", "Scope mismatch");
        else if (await issuer.RefreshAsync(client, token) is { } next)
            answer.Succeed(next);
        else
            answer.Fail("invalid_request", "Invalid refresh_token");
    }

    static T? Value<T>(EntityResult<T?> found) => found.IsOk ? found.Value : throw new InvalidOperationException(found.Error.ToString());
}
