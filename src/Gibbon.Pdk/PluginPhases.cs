namespace Gibbon.Pdk;

/// <summary>What a plugin may implement. Bits that have a <see cref="Phase"/> of the same name have its value.</summary>
[Flags]
public enum PluginPhases
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Called once at the start, without a configuration.</summary>
    InitWorker = Phase.InitWorker,

    /// <summary>During the TLS handshake; global configurations only.</summary>
    Certificate = Phase.Certificate,

    /// <summary>Before routing; global configurations only.</summary>
    Rewrite = Phase.Rewrite,

    /// <summary>After routing, before the service is contacted.</summary>
    Access = Phase.Access,

    /// <summary>With the service's whole response in memory. Excludes <see cref="HeaderFilter"/> and <see cref="BodyFilter"/>.</summary>
    Response = Phase.Response,

    /// <summary>Before the head of the response is sent.</summary>
    HeaderFilter = Phase.HeaderFilter,

    /// <summary>Before each piece of the response's body is sent.</summary>
    BodyFilter = Phase.BodyFilter,

    /// <summary>After the response.</summary>
    Log = Phase.Log,

    /// <summary>When a stream has been accepted.</summary>
    Preread = Phase.Preread,

    /// <summary>After the start and after each change of the plugin's configurations.</summary>
    Configure = 0x20000000,
}
