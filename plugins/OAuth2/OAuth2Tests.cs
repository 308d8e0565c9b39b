namespace Gibbon.Plugins.OAuth2;

public sealed class OAuth2Tests { }
