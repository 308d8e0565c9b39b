using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>Finds whose requests a request is counted with.</summary>
static class Identifier
{
    /// <summary>The key of a request's counter; makes no texts.</summary>
    public static CounterKey Of(RequestContext context, RateLimitingConfig config)
    {
        var id = config.LimitBy switch
        {
            LimitBy.Service => context.Router.Service?.Id,
            LimitBy.Consumer => context.Client.Consumer?.Id,
            _ => null,
        };
        return CounterKey.At(context, id, id is null ? Text(context, config) : null);
    }

    static string? Text(RequestContext context, RateLimitingConfig config) => config.LimitBy switch
    {
        LimitBy.Consumer or LimitBy.Credential => context.Client.Credential?.Id,
        LimitBy.Header when config.HeaderName is { } name => context.Request.GetHeader(name),
        LimitBy.Path when context.Request.Path == config.Path => config.Path,
        _ => null,
    };
}
