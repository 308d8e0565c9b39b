using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Issues tokens to applications and authenticates by them (RFC 6749, RFC 6750).</summary>
sealed class OAuth2Plugin : AuthenticationPlugin<OAuth2Config>
{
    const string AuthenticatedScope = "X-Authenticated-Scope";
    const string AuthenticatedUserId = "X-Authenticated-UserId";
    const string Invalid = "The access token is invalid or has expired";
    const string Global = "The access token is global, but the current plugin is configured without 'global_credentials'";

    public override string Name => "oauth2";

    public override int Priority => 1400;

    public override ImmutableArray<Type> Entities => [typeof(OAuth2Credential), typeof(AuthorizationCode), typeof(OAuth2Token)];

    public override ValueTask AccessAsync(RequestContext context, OAuth2Config config)
    {
        var path = context.Request.Path;
        if (EndsWith(path, "/oauth2/token"))
            return context.Request.Method == "POST" ? TokenEndpoint.RunAsync(context, config) : RefuseMethod(context, config, "token");

        if (EndsWith(path, "/oauth2/authorize"))
            return context.Request.Method == "POST" ? AuthorizeEndpoint.RunAsync(context, config) : RefuseMethod(context, config, "authorization");

        // What a token says of the client, nobody else may say.
        context.Service.Request.ClearHeader(AuthenticatedScope);
        context.Service.Request.ClearHeader(AuthenticatedUserId);
        return base.AccessAsync(context, config);
    }

    protected override async ValueTask<Refusal?> AuthenticateAsync(RequestContext context, OAuth2Config config)
    {
        if (await AccessTokens.FindAsync(context, config) is not { Length: > 0 } text)
            return Refuse("invalid_request", "The access token is missing", config.Challenge());

        if (await AccessTokens.LoadAsync(context.Host, text) is not { } token)
            return RefuseToken(config, Invalid);

        if (!config.GlobalCredentials && token.Service is null)
        {
            // Answered even where an anonymous consumer would stand in.
            await RefuseToken(config, Global).AnswerAsync(context);
            return null;
        }

        var now = context.Host.Time.GetUtcNow();
        var isOver = token.ExpiresIn > 0 && (now - token.CreatedAt).TotalSeconds > token.ExpiresIn;
        if (isOver || (token.Service is { } service && service.Id != context.Router.Service?.Id))
            return RefuseToken(config, Invalid);

        if (await AccessTokens.ClientOfAsync(context.Host, token) is not { } client)
            return RefuseToken(config, Invalid);

        await Identity.SetAsync(context, client);
        Tell(context, AuthenticatedScope, token.Scope);
        Tell(context, AuthenticatedUserId, token.AuthenticatedUserid);
        return null;
    }

    static bool EndsWith(string path, string endpoint) => path.AsSpan().TrimEnd('/').EndsWith(endpoint, StringComparison.Ordinal);

    static void Tell(RequestContext context, string name, string? value)
    {
        if (value is not null)
            context.Service.Request.SetHeader(name, value);
    }

    static ValueTask RefuseMethod(RequestContext context, OAuth2Config config, string endpoint)
    {
        var description = $"The HTTP method {context.Request.Method} is invalid for the {endpoint} endpoint";
        return context.Response.Exit(405, Body("invalid_method", description), config.Challenge("invalid_method", description));
    }

    static Refusal RefuseToken(OAuth2Config config, string description) =>
        Refuse("invalid_token", description, config.Challenge("invalid_token", Invalid));

    static Refusal Refuse(string error, string description, HeaderMap headers) =>
        new(401, description, headers) { Json = Body(error, description) };

    static ValueMap Body(string error, string description) => new() { ["error"] = error, ["error_description"] = description };
}
