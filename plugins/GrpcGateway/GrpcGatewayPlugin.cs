using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Grpc;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>Lets HTTP clients call a gRPC service: JSON to messages and back, by the annotations of its .proto file.</summary>
sealed class GrpcGatewayPlugin : Plugin<GrpcGatewayConfig>
{
    const string AllowOrigin = "Access-Control-Allow-Origin";

    static readonly HeaderMap Preflight = new()
    {
        ["Content-Type"] = "application/json",
        [AllowOrigin] = "*",
        ["Access-Control-Allow-Methods"] = "GET,POST,PATCH,DELETE",
        ["Access-Control-Allow-Headers"] = "content-type",
    };

    public override string Name => "grpc-gateway";

    public override int Priority => 998;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override async ValueTask AccessAsync(RequestContext context, GrpcGatewayConfig config)
    {
        context.Response.SetHeader(AllowOrigin, "*");
        if (context.Request.Method == "OPTIONS")
        {
            await context.Response.Exit(200, "OK", Preflight);
            return;
        }

        var fields = new ValueMap();
        var found = Find(context.Request, config, fields);
        var body = await context.Request.GetRawBodyAsync(0);
        var message = found.IsOk
            ? RequestMessage.Make(found.Value, fields, body.IsOk ? body.Value.Span : default, context.Request.GetQuery())
            : Result.Failure<byte[]>(found.Error);
        if (!message.IsOk)
        {
            context.Log.Err(message.Error);
            await context.Response.Exit(400, message.Error);
            return;
        }

        var method = found.Value!.Method;
        context.State<GrpcGatewayState>().Output = method.Output;
        var request = context.Service.Request;
        request.SetHeader("Content-Type", "application/grpc");
        request.SetHeader("TE", "trailers");
        request.ClearHeader("grpc-accept-encoding");
        request.SetMethod("POST");
        request.SetGrpcPath(method.Path);
        request.SetRawQuery("");
        await request.SetRawBodyAsync(message.Value);
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, GrpcGatewayConfig config)
    {
        if (context.Request.Method == "OPTIONS")
            return ValueTask.CompletedTask;

        var response = context.Response;
        if (context.ExistingState<GrpcGatewayState>() is { Output: not null } state
            && response.GetHeader("content-type")?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true)
        {
            state.IsGrpc = response.Source == ResponseSource.Service;
            response.SetHeader("Content-Type", "application/json");
            response.ClearHeader("Content-Length");
        }

        if (response.GetHeader("grpc-status") is { } grpcStatus)
        {
            if (!GrpcStatusCodes.TryMap(grpcStatus, out var status))
                context.Log.Warn($"Unable to map grpc-status {grpcStatus} to HTTP status code");

            response.SetStatus(status);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, GrpcGatewayConfig config)
    {
        if (context.ExistingState<GrpcGatewayState>() is { IsGrpc: true } state)
            chunk.Data = Transcode(state, chunk.Data.Span);

        return ValueTask.CompletedTask;
    }

    static Result<HttpRoute> Find(Request request, GrpcGatewayConfig config, ValueMap fields)
    {
        if (config.Routes is not { } file)
            return Result.Failure<HttpRoute>("transcoding requests require a .proto file defining the service");

        var routes = file.Get();
        if (!routes.IsOk)
            throw new ProtoException(routes.Error);

        var route = routes.Value.Find(request.Method.ToLowerInvariant(), request.Path, fields);
        return route.IsOk ? route : Result.Failure<HttpRoute>($"failed to transcode .proto file {route.Error}");
    }

    // Each message becomes one object; what is no whole message waits for more.
    static byte[] Transcode(GrpcGatewayState state, ReadOnlySpan<byte> piece)
    {
        state.Frames.Add(piece);
        var frames = state.Frames.Written;
        var objects = new System.Buffers.ArrayBufferWriter<byte>();
        while (GrpcFrames.TryTake(ref frames, out var message))
            ValueJson.Write(objects, ProtoDecoder.Decode(state.Output!, message));

        state.Frames.Drop(state.Frames.Written.Length - frames.Length);
        return objects.WrittenSpan.ToArray();
    }
}
