using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>
/// Changes responses on their way to the client: headers, and the fields of JSON bodies. The gateway's own errors as well.
/// </summary>
sealed class ResponseTransformerPlugin : Plugin<ResponseTransformerConfig>
{
    public override string Name => "response-transformer";

    public override int Priority => 800;

    public override string Version => Kong.Version;

    public override ValueTask HeaderFilterAsync(RequestContext context, ResponseTransformerConfig config)
    {
        var response = context.Response;
        var isBodyChanged = !config.Fields.IsEmpty && JsonType.IsJson(response.GetHeader("content-type"));
        HeaderTransformation.Apply(response, config);
        if (isBodyChanged)
            response.ClearHeader("Content-Length");

        return ValueTask.CompletedTask;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, ResponseTransformerConfig config)
    {
        if (config.Fields.IsEmpty || !JsonType.IsJson(context.Response.GetHeader("content-type")))
            return ValueTask.CompletedTask;

        if (context.Response.GetRawBody() is not { } body)
            return ValueTask.CompletedTask;

        if (config.Fields.Change(body) is { } changed)
            context.Response.SetRawBody(changed);
        else
            context.Log.Warn("body transform failed: failed parsing json body");

        return ValueTask.CompletedTask;
    }
}
