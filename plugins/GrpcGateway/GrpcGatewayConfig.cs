using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>Which gRPC services are called by HTTP.</summary>
sealed record GrpcGatewayConfig
{
    /// <summary>The .proto file that describes them.</summary>
    [Optional]
    public string? Proto { get; init; }

    internal ProtoFileReference<HttpRoutes>? Routes =>
        field ??= Proto is null ? null : new ProtoFileReference<HttpRoutes>(Proto, static services => new HttpRoutes(services));
}
