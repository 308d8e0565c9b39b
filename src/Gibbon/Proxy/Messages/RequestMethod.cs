namespace Gibbon.Proxy.Messages;

/// <summary>The methods that have a number; every other valid method is <see cref="Other"/> and has only its bytes.</summary>
internal enum RequestMethod : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Patch,
    Options,
    Trace,
    Connect,
    Purge,
    Mkcol,
    Copy,
    Move,
    PropFind,
    PropPatch,
    Lock,
    Unlock,
}
