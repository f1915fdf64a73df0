; An installer that replaces C:\App\core.dll: it stops who uses the file, and starts them again.
;
;   makensis -DOUTPUT=PATH/acme-editor.exe setup.nsi
;
; It calls the Restart Manager through the System plug-in, and knows nothing of a simulation; without status callback.

Target amd64-unicode
Name "Acme Editor"
OutFile "${OUTPUT}"
RequestExecutionLevel user
SilentInstall silent

!include LogicLib.nsh

!define ERROR_MORE_DATA 234
; Of a RM_PROCESS_INFO; its name stands behind its process.
!define SIZE_OF_PROCESS_INFO 668

Var output

; Says what a call returned, in $0, and gives up unless it is 0.
!macro Check CALL
  FileWrite $output "${CALL}: $0$\r$\n"
  ${If} $0 != 0 ; as texts, since it is `error` where there is no such function
    SetErrorLevel 1
    Quit
  ${EndIf}
!macroend

Section
  System::Call 'kernel32::GetStdHandle(i -11) p .r0'
  StrCpy $output $0

  ; $R0 is the session, $R1 its key.
  System::Call 'rstrtmgr::RmStartSession(*i .R0, i 0, w .R1) i .r0'
  !insertmacro Check RmStartSession
  StrLen $1 $R1
  FileWrite $output "  the key has $1 characters$\r$\n"

  ; $R2 is an array of one text.
  System::Call '*(w "C:\App\core.dll") p .R2'
  System::Call 'rstrtmgr::RmRegisterResources(i R0, i 1, p R2, i 0, p 0, i 0, p 0) i .r0'
  !insertmacro Check RmRegisterResources

  ; First how many there are, $1, then who: $R3.
  System::Call 'rstrtmgr::RmGetList(i R0, *i .r1, *i 0, p 0, *i .r2) i .r0'
  FileWrite $output "RmGetList: $0, needed $1$\r$\n"
  ${If} $0 = ${ERROR_MORE_DATA}
    IntOp $2 $1 * ${SIZE_OF_PROCESS_INFO}
    System::Alloc $2
    Pop $R3
    System::Call 'rstrtmgr::RmGetList(i R0, *i .r2, *i r1r1, p R3, *i .r3) i .r0'
    !insertmacro Check RmGetList
    ${If} $1 > 0
      System::Call '*$R3(&i12, &w256 .r4)'
      FileWrite $output "  the first of $1: $4$\r$\n"
    ${EndIf}
    System::Free $R3
  ${EndIf}

  System::Call 'rstrtmgr::RmShutdown(i R0, i 0, p 0) i .r0'
  !insertmacro Check RmShutdown
  FileWrite $output "the file is replaced here$\r$\n"
  System::Call 'rstrtmgr::RmRestart(i R0, i 0, p 0) i .r0'
  !insertmacro Check RmRestart
  System::Call 'rstrtmgr::RmEndSession(i R0) i .r0'
  !insertmacro Check RmEndSession
  System::Free $R2
SectionEnd
