using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes requests on their way to the service: path, method, headers, body, query.</summary>
/// <param name="lua">Evaluates templates that are more than an expression.</param>
sealed class RequestTransformerPlugin(ILua? lua = null) : Plugin<RequestTransformerConfig>
{
    Schema? schema;

    public override string Name => "request-transformer";

    public override int Priority => 801;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override Schema ConfigSchema => schema ??= TemplateLua.Check(base.ConfigSchema!, lua);

    public override ValueTask AccessAsync(RequestContext context, RequestTransformerConfig config)
    {
        var scope = new TemplateScope(context);
        if (config.Templates.Length == 0)
            return Transform(context, config, scope);

        var evaluated = TemplateLua.EvaluateAsync(context, config.Templates, scope, lua);
        return evaluated.IsCompletedSuccessfully ? Transform(context, config, scope) : AfterLuaAsync(evaluated, context, config, scope);
    }

    static async ValueTask AfterLuaAsync(ValueTask evaluated, RequestContext context, RequestTransformerConfig config, TemplateScope scope)
    {
        await evaluated;
        await Transform(context, config, scope);
    }

    static ValueTask Transform(RequestContext context, RequestTransformerConfig config, TemplateScope scope)
    {
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
