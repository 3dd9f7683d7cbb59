#include "CSerialPort.h"
