using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcWeb;

/// <summary>Lets browsers call gRPC services: takes gRPC-Web, in bytes, in base64 or as JSON, and speaks gRPC with the service.</summary>
sealed class GrpcWebPlugin : Plugin<GrpcWebConfig>
{
    const string AllowOrigin = "Access-Control-Allow-Origin";
    const string NoProto = "transcoding requests require a .proto file defining the service";

    public override string Name => "grpc-web";

    public override int Priority => 3;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override async ValueTask AccessAsync(RequestContext context, GrpcWebConfig config)
    {
        if (config.AllowOriginHeader is { } origin)
            context.Response.SetHeader(AllowOrigin, origin);

        if (context.Request.Method == "OPTIONS")
        {
            await context.Response.Exit(200, "OK", Preflight(config));
            return;
        }

        var request = context.Service.Request;
        var path = config.PassStrippedPath is true ? request.RoutedPath : context.Request.Path;
        var mediaType = context.Request.GetHeader("Content-Type");
        var format = GrpcWebFormat.Of(mediaType);
        var method = FindMethod(config, format, path);
        var body = await context.Request.GetRawBodyAsync(0);
        var message = method.IsOk
            ? WebMessages.ToService(format!, method.Value.Method, body.IsOk ? body.Value : default)
            : Result.Failure<byte[]>(method.Error);
        if (!message.IsOk)
        {
            context.Log.Err(message.Error);
            await context.Response.Exit(400, message.Error);
            return;
        }

        var state = context.State<GrpcWebState>();
        (state.Format, state.MediaType, state.Method) = (format, mediaType!, method.Value.Method);
        if (config.PassStrippedPath is true)
            request.SetGrpcPath(path);

        request.SetHeader("Content-Type", "application/grpc");
        request.SetHeader("TE", "trailers");
        if (format!.IsJson)
            request.ClearHeader("grpc-accept-encoding");

        await request.SetRawBodyAsync(message.Value);
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, GrpcWebConfig config)
    {
        if (context.ExistingState<GrpcWebState>() is not { Format: not null } state)
            return ValueTask.CompletedTask;

        var response = context.Response;
        state.IsGrpc = response.GetHeader("content-type")?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true;
        if (state.IsGrpc)
        {
            response.SetHeader("Content-Type", state.MediaType);
            response.ClearHeader("Content-Length");
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, GrpcWebConfig config)
    {
        if (context.ExistingState<GrpcWebState>() is not { IsGrpc: true } state)
            return ValueTask.CompletedTask;

        chunk.Data = WebMessages.ToClient(state, chunk.Data);
        if (chunk.IsLast && state.Format!.IsFramed)
            chunk.Data = (byte[])[.. chunk.Data.Span, .. WebMessages.Trailers(state.Format, Ending(context, "grpc-status") ?? "0", Ending(context, "grpc-message") ?? "")];

        return ValueTask.CompletedTask;
    }

    static HeaderMap Preflight(GrpcWebConfig config)
    {
        var headers = new HeaderMap
        {
            ["Content-Type"] = "application/grpc-web-text+proto",
            ["Access-Control-Allow-Methods"] = "POST",
            ["Access-Control-Allow-Headers"] = "content-type,x-grpc-web,x-user-agent",
        };
        if (config.AllowOriginHeader is { } origin)
            headers[AllowOrigin] = origin;

        return headers;
    }

    // Only who speaks JSON needs to be understood.
    static Result<(ProtoMethod? Method, bool IsKnown)> FindMethod(GrpcWebConfig config, GrpcWebFormat? format, string path)
    {
        if (format is { IsJson: false })
            return (null, true);

        if (format is null || config.Services is not { } file)
            return Result.Failure<(ProtoMethod?, bool)>(NoProto);

        var services = file.Get();
        if (!services.IsOk)
            throw new ProtoException(services.Error);

        return services.Value.Find(path) is { } method ? (method, true) : Result.Failure<(ProtoMethod?, bool)>($"Unknown path \"{path}\"");
    }

    // A service that fails at once says so in the head.
    static string? Ending(RequestContext context, string name) =>
        context.Service.Response.GetTrailers()[name].First ?? context.Response.GetHeader(name);
}
