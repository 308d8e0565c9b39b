using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Issues tokens.</summary>
/// <param name="context">The request.</param>
/// <param name="config">The configuration.</param>
sealed class TokenIssuer(RequestContext context, OAuth2Config config)
{
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The service that tokens are good for; <c>null</c> if they are good for all.</summary>
    public Guid? ServiceId => config.GlobalCredentials ? null : context.Router.Service?.Id;

    EntityOptions Options => config is { TokenExpiration: > 0, RefreshTokenTtl: > 0 and var seconds }
        ? new EntityOptions { TimeToLive = TimeSpan.FromSeconds(seconds) }
        : default;

    /// <summary>Issues a token.</summary>
    /// <param name="client">To whom.</param>
    /// <param name="userid">For which user.</param>
    /// <param name="scope">What it allows.</param>
    /// <param name="canRefresh">Whether it comes with a refresh token.</param>
    /// <returns>What the client is answered.</returns>
    /// <exception cref="InvalidOperationException">It cannot be stored.</exception>
    public async ValueTask<ValueMap> IssueAsync(OAuth2Credential client, string? userid, string? scope, bool canRefresh)
    {
        var token = new OAuth2Token
        {
            Service = ServiceId is { } service ? new EntityReference<Service>(service) : (EntityReference<Service>?)null,
            Credential = client,
            AuthenticatedUserid = userid,
            ExpiresIn = (long)config.TokenExpiration,
            RefreshToken = canRefresh && config.TokenExpiration > 0 ? Random() : null,
            Scope = scope,
        };
        return Answer(await context.Host.Entities<OAuth2Token>().InsertAsync(token, Options));
    }

    /// <summary>Issues the next token for a refresh token (RFC 6749, section 6).</summary>
    /// <param name="client">To whom.</param>
    /// <param name="old">The token before.</param>
    /// <returns>What the client is answered; <c>null</c> if somebody else has used the refresh token meanwhile.</returns>
    public async ValueTask<ValueMap?> RefreshAsync(OAuth2Credential client, OAuth2Token old)
    {
        var tokens = context.Host.Entities<OAuth2Token>();
        if (config.ReuseRefreshToken)
        {
            var changes = new ValueMap
            {
                ["access_token"] = Random(),
                ["expires_in"] = (long)config.TokenExpiration,
                ["created_at"] = context.Host.Time.GetUtcNow().ToUnixTimeSeconds(),
            };
            return Answer(await tokens.UpdateAsync(old.Id, changes, Options));
        }

        var taken = await tokens.DeleteAsync(old.Id);
        if (!taken.IsOk)
            throw new InvalidOperationException(taken.Error.ToString());

        return taken.Value ? await IssueAsync(client, old.AuthenticatedUserid, old.Scope, canRefresh: true) : null;
    }

    ValueMap Answer(EntityResult<OAuth2Token> stored)
    {
        if (!stored.IsOk)
            throw new InvalidOperationException(stored.Error.ToString());

        var token = stored.Value!;
        var answer = new ValueMap { ["access_token"] = token.AccessToken, ["token_type"] = "bearer" };
        if (config.TokenExpiration > 0)
            answer["expires_in"] = token.ExpiresIn;

        if (token.RefreshToken is not null)
            answer["refresh_token"] = token.RefreshToken;

        return answer;
    }

    static string Random() => RandomNumberGenerator.GetString(Letters, 32);
}
