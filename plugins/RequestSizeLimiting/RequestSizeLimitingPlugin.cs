using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RequestSizeLimiting;

/// <summary>Refuses requests with too large a body: by the length they say, or else by the body itself.</summary>
sealed class RequestSizeLimitingPlugin : Plugin<RequestSizeLimitingConfig>
{
    public override string Name => "request-size-limiting";

    public override int Priority => 951;

    public override string Version => Kong.Version;

    public override ValueTask AccessAsync(RequestContext context, RequestSizeLimitingConfig config)
    {
        var request = context.Request;
        if (request.TryGetHeader("content-length"u8, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return Judge(context, config, length);

        return config.RequireContentLength && request.GetHeader("transfer-encoding") != "chunked"
            ? context.Response.Error(411, "A valid Content-Length header is required")
            : MeasureAsync(context, config);
    }

    static async ValueTask MeasureAsync(RequestContext context, RequestSizeLimitingConfig config)
    {
        var length = await context.Request.GetBodyLengthAsync();
        if (length.Error is { } error)
            context.Log.Warn($"missing request body: {error}");
        else
            await Judge(context, config, length.Value);
    }

    static ValueTask Judge(RequestContext context, RequestSizeLimitingConfig config, long length)
    {
        if (length <= config.AllowedBytes)
            return ValueTask.CompletedTask;

        var waits = string.Equals(context.Request.GetHeader("expect")?.Trim(), "100-continue", StringComparison.OrdinalIgnoreCase);
        return context.Response.Error(waits ? 417 : 413, "Request size limit exceeded");
    }
}
