using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcWeb;

/// <summary>How browsers call gRPC services.</summary>
sealed record GrpcWebConfig
{
    /// <summary>The .proto file that describes the services: for clients that speak JSON.</summary>
    [Optional]
    public string? Proto { get; init; }

    /// <summary>Whether the service is asked for the path that is left when the route's part was taken off.</summary>
    [Optional]
    public bool? PassStrippedPath { get; init; }

    /// <summary>The origin that browsers are told may call.</summary>
    [Optional]
    public string? AllowOriginHeader { get; init; } = "*";

    internal ProtoFileReference<ProtoServices>? Services =>
        field ??= Proto is null ? null : new ProtoFileReference<ProtoServices>(Proto, static services => services);
}
