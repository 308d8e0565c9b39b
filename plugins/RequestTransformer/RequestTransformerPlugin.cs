using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes requests on their way to the service: path, method, headers, body, query.</summary>
sealed class RequestTransformerPlugin : Plugin<RequestTransformerConfig>
{
    public override string Name => "request-transformer";

    public override int Priority => 801;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask AccessAsync(RequestContext context, RequestTransformerConfig config)
    {
        var scope = new TemplateScope(context);
        if (config.Uri is { } uri)
            context.Service.Request.SetPath(uri.Render(scope));

        if (config.HttpMethod is null && config.BodyRules.IsEmpty)
        {
            HeaderTransformation.Apply(context, config.HeaderRules, scope);
            QueryTransformation.Apply(context, config.QueryRules, scope);
            return ValueTask.CompletedTask;
        }

        return WithBodyAsync(context, config, scope);
    }

    static async ValueTask WithBodyAsync(RequestContext context, RequestTransformerConfig config, TemplateScope scope)
    {
        if (config.HttpMethod is { } method)
            await MethodTransformation.ApplyAsync(context, method);

        HeaderTransformation.Apply(context, config.HeaderRules, scope);
        await BodyTransformation.ApplyAsync(context, config.BodyRules, scope);
        QueryTransformation.Apply(context, config.QueryRules, scope);
    }
}
