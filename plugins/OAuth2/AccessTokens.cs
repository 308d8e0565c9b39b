using Gibbon.Pdk;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Finds tokens in requests, and what was issued as them.</summary>
static class AccessTokens
{
    const string Argument = "access_token";

    /// <summary>The token that a client sent, in the header or as an argument; hidden from the service if that is wanted.</summary>
    /// <returns><c>null</c> if it sent none.</returns>
    public static async ValueTask<string?> FindAsync(RequestContext context, OAuth2Config config)
    {
        var request = context.Request;
        var token = request.GetHeader(config.HeaderName);
        var isInHeader = false;
        if (token is not null)
        {
            var parts = token.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            isInHeader = parts.Length == 2 && parts[0].ToLowerInvariant() is "token" or "bearer";
            if (isInHeader)
                token = parts[1];
        }
        else
        {
            token = (await OAuth2Parameters.ReadAsync(request)).Text(Argument);
            if (token is null)
                return null;
        }

        if (config.HideCredentials)
            await HideAsync(context, config, isInHeader);

        return token;
    }

    /// <summary>What was issued as a token, through the node's cache.</summary>
    /// <exception cref="InvalidOperationException">The store cannot be read.</exception>
    public static async ValueTask<OAuth2Token?> LoadAsync(PluginHost host, string token)
    {
        var tokens = host.Entities<OAuth2Token>();
        var found = await host.Cache.GetAsync(tokens.CacheKey(token), (tokens, token), static async (search, cancellation) =>
        {
            var row = await search.tokens.SelectByAsync(Argument, search.token, new EntityOptions { Cancellation = cancellation });
            return row.IsOk ? row.Value : CacheEntry<OAuth2Token>.Failure(row.Error.ToString());
        });
        return found.Error is { } error ? throw new InvalidOperationException(error) : found.Value;
    }

    /// <summary>The application that a token was issued to.</summary>
    /// <exception cref="InvalidOperationException">The store cannot be read.</exception>
    public static async ValueTask<OAuth2Credential?> ClientOfAsync(PluginHost host, OAuth2Token token)
    {
        var clients = host.Entities<OAuth2Credential>();
        var found = await host.Cache.GetAsync(clients.CacheKey(token.Credential.Id.ToString()), (clients, token.Credential.Id), static async (search, cancellation) =>
        {
            var row = await search.clients.SelectAsync(search.Id, new EntityOptions { Cancellation = cancellation });
            return row.IsOk ? row.Value : CacheEntry<OAuth2Credential>.Failure(row.Error.ToString());
        });
        return found.Error is { } error ? throw new InvalidOperationException(error) : found.Value;
    }

    static async ValueTask HideAsync(RequestContext context, OAuth2Config config, bool isInHeader)
    {
        var (request, service) = (context.Request, context.Service.Request);
        if (isInHeader)
        {
            service.ClearHeader(config.HeaderName);
            return;
        }

        var query = request.GetQuery();
        query.Remove(Argument);
        service.SetQuery(query);
        if (request.Method != "GET" && request.GetHeader("content-type")?.Contains("application/x-www-form-urlencoded", StringComparison.Ordinal) == true
            && (await request.GetBodyAsync()).Map is { } body)
        {
            body.Remove(Argument);
            await service.SetBodyAsync(body);
        }
    }
}
