using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Serverless;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>Lets a function of AWS Lambda answer in the place of a service.</summary>
sealed class AwsLambdaPlugin : Plugin<AwsLambdaConfig>
{
    const string Unexpected = "An unexpected error occurred";

    CredentialSource? credentials;

    public override string Name => "aws-lambda";

    public override int Priority => 750;

    public override string Version => Kong.Version;

    public override async ValueTask AccessAsync(RequestContext context, AwsLambdaConfig config)
    {
        var answer = await InvokeAsync(context, config);
        if (!answer.IsOk)
        {
            context.Log.Err(answer.Error);
            await context.Response.Error(500, Unexpected);
            return;
        }

        await RespondAsync(context, config, answer.Value);
    }

    async ValueTask<Result<LambdaAnswer>> InvokeAsync(RequestContext context, AwsLambdaConfig config)
    {
        if (config.Region is not { } region)
            return Result.Failure<LambdaAnswer>("no region specified");

        if (config.FunctionName is null)
            return Result.Failure<LambdaAnswer>("no function_name specified");

        credentials ??= new CredentialSource(context.Host);
        var who = await credentials.GetAsync(config, region, context.Aborted);
        return who.IsOk
            ? await LambdaClient.InvokeAsync(context, config, region, who.Value, await Payload.MakeAsync(context, config))
            : Result.Failure<LambdaAnswer>(who.Error);
    }

    static async ValueTask RespondAsync(RequestContext context, AwsLambdaConfig config, LambdaAnswer answer)
    {
        var (status, headers, body) = answer;
        if (config.IsProxyIntegration is true)
        {
            var proxy = ProxyAnswer.Parse(body);
            if (!proxy.IsOk)
            {
                context.Log.Err(proxy.Error);
                await context.Response.Exit(502, new ValueMap
                {
                    ["message"] = "Bad Gateway",
                    ["error"] = $"could not JSON decode Lambda function response: {proxy.Error}",
                });
                return;
            }

            (status, body) = (proxy.Value.Status, proxy.Value.Body);
            proxy.Value.AddTo(headers);
        }
        else
        {
            if (config.UnhandledStatus is { } unhandled && headers["X-Amz-Function-Error"].First == "Unhandled")
                status = unhandled;

            if (IsJson(headers["Content-Type"].First))
                body = TextOf(body) ?? (config.EmptyArraysMode == "legacy" ? EmptyArrays.ToObjects(body) : body);
        }

        FunctionAnswer.AddVia(context, headers);
        await context.Response.Exit(status, body, headers);
    }

    /// <summary>A text that a function answered, without the signs that make it JSON; <c>null</c> if the answer is none.</summary>
    static byte[]? TextOf(byte[] json) =>
        json is [(byte)'"', ..] && ValueJson.TryRead(json, out var value, out _) && value is string text ? Encoding.UTF8.GetBytes(text) : null;

    static bool IsJson(string? type) =>
        type is not null && type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.Contains("json", StringComparison.OrdinalIgnoreCase);
}
