using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Cors;

/// <summary>Answers the preflights of browsers, and tells them which origins may read a response (Fetch standard, "CORS protocol").</summary>
sealed class CorsPlugin : Plugin<CorsConfig>
{
    const string AllowOrigin = "Access-Control-Allow-Origin";
    const string AllowCredentials = "Access-Control-Allow-Credentials";
    const string AllowHeaders = "Access-Control-Allow-Headers";

    public override string Name => "cors";

    public override int Priority => 2000;

    public override string Version => Kong.Version;

    public override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override ValueTask AccessAsync(RequestContext context, CorsConfig config)
    {
        if (!IsPreflight(context.Request))
            return ValueTask.CompletedTask;

        // Whoever answers the preflight, its answer is complete.
        context.State<Answered>();
        return config.PreflightContinue ? ValueTask.CompletedTask : AnswerPreflight(context, config);
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, CorsConfig config)
    {
        if (context.ExistingState<Answered>() is not null)
            return ValueTask.CompletedTask;

        TellOrigin(context, config, isPreflight: false);
        if (config.ExposedText is { } exposed)
            context.Response.SetHeader("Access-Control-Expose-Headers", exposed);

        return ValueTask.CompletedTask;
    }

    static bool IsPreflight(Request request) =>
        request.Method == "OPTIONS" && request.HasHeader("Origin") && request.HasHeader("Access-Control-Request-Method");

    static ValueTask AnswerPreflight(RequestContext context, CorsConfig config)
    {
        var (request, response) = (context.Request, context.Response);
        TellOrigin(context, config, isPreflight: true);
        if ((config.HeadersText ?? request.GetHeader("Access-Control-Request-Headers")) is { } headers)
            response.SetHeader(AllowHeaders, headers);
        else
            response.ClearHeader(AllowHeaders);

        response.SetHeader("Access-Control-Allow-Methods", config.MethodsText);
        if (config.MaxAgeText is { } maxAge)
            response.SetHeader("Access-Control-Max-Age", maxAge);

        if (config.PrivateNetwork && request.GetHeader("Access-Control-Request-Private-Network") == "true")
            response.SetHeader("Access-Control-Allow-Private-Network", "true");

        return response.Exit(200);
    }

    static void TellOrigin(RequestContext context, CorsConfig config, bool isPreflight)
    {
        var (rules, response) = (config.Rules, context.Response);
        var origin = context.Request.GetHeader("Origin");

        // Answers differ by origin: caches must be told.
        if (!rules.IsAny)
            Vary(response, isPreflight);

        // With credentials "*" means nothing to browsers: the asking origin is named in its place.
        var isAny = rules.IsAny || (rules.IsAnyThatAsks && origin is not null);
        var isNamed = isAny && config.Credentials && origin is not null;
        if (isNamed)
            Vary(response, isPreflight);

        var allowed = isAny ? isNamed ? origin : "*" : rules.Only ?? (origin is null ? null : rules.Allow(origin));
        if (allowed is null)
            response.ClearHeader(AllowOrigin);
        else
            response.SetHeader(AllowOrigin, allowed);

        if (config.Credentials && (isNamed || !isAny))
            response.SetHeader(AllowCredentials, "true");
    }

    static void Vary(Response response, bool isPreflight)
    {
        if (isPreflight)
            response.SetHeader("vary", "Origin");
        else
            response.AddHeader("vary", "Origin");
    }

    sealed class Answered;
}
